"""Makes Tests/Golden/auto_attack.npz: where torchattacks' APGD, targeted APGD and FAB end on a small
network that was trained on digits.

Made with torchattacks 3.5.1 and torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/auto_attack.py
"""

import pathlib
from unittest import mock

import numpy as np
import torch
import torchattacks
from torchattacks.attacks import fab
from trained_digits import flat_parameters, trained_digits

OUT = pathlib.Path("Tests/Golden/auto_attack.npz")
COUNT = 60


def main():
    # In single precision a step more or less is a matter of rounding; FAB knows no other.
    torch.set_default_dtype(torch.float64)
    model, images = trained_digits()
    scores = model(images).detach()
    inputs, labels = images[:COUNT], scores.argmax(1)[:COUNT]
    arrays = {"inputs": inputs, "labels": labels,
              "parameters": flat_parameters(model)}
    for norm, radius, draw in [("linf", 3 / 64, torch.rand), ("l2", 5 / 16, torch.randn)]:
        title = {"linf": "Linf", "l2": "L2"}[norm]
        torch.manual_seed(5)
        raw = noise = draw(inputs.shape)
        if norm == "linf":
            noise = 2 * noise - 1
            size = noise.flatten(1).abs().max(1)[0]
        else:
            size = noise.flatten(1).norm(dim=1)
        start = (inputs + radius * noise / size.reshape(-1, 1, 1, 1)).clamp(0, 1)
        arrays[f"{norm}.start"] = start
        climbs = {
            "ce": torchattacks.APGD(model, norm=title, eps=radius, steps=50, loss="ce"),
            "dlr": torchattacks.APGD(model, norm=title, eps=radius, steps=50, loss="dlr"),
            "targeted": torchattacks.APGDT(model, norm=title, eps=radius, steps=50, n_classes=10),
        }
        for name, climb in climbs.items():
            climb.steps_2, climb.steps_min, climb.size_decr = 11, 3, 1
            if name == "targeted":
                climb.target_class = 2
            # One by one: the L2 steps of a batch all have the length of the first example's.
            runs = []
            for row in range(COUNT):
                draws = {draw.__name__: lambda *_, row=row: raw[row:row + 1]}
                with mock.patch.multiple(torch, **draws):
                    runs.append(climb.attack_single_run(inputs[row:row + 1], labels[row:row + 1]))
            points, right, loss = (torch.cat([run[place] for run in runs]) for place in range(3))
            arrays.update({f"{norm}.{name}.points": points, f"{norm}.{name}.right": right,
                           f"{norm}.{name}.loss": loss})
    torch.set_default_dtype(torch.float32)
    model.float()
    for norm, title in [("linf", "Linf"), ("l2", "L2")]:
        boundary = torchattacks.FAB(model, norm=title, eps=0.1, steps=30, n_classes=10,
                                    multi_targeted=True)
        boundary.target_class = 2
        arrays[f"{norm}.fab"] = boundary.attack_single_run_targeted(inputs.float(), labels.clone())
    weights = torch.randn(40, 30)
    points = torch.rand(40, 30)
    offsets = (weights * points).sum(1) + torch.randn(40)
    for name in ["linf", "l2", "l1"]:
        arrays[f"projection.{name}"] = getattr(fab, f"projection_{name}")(points, weights, offsets)
    arrays.update({"projection.points": points, "projection.normals": weights,
                   "projection.offsets": offsets})
    np.savez_compressed(OUT, **{name: value.detach().numpy() for name, value in arrays.items()})


main()
