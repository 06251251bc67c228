"""Makes Tests/Golden/deepfool.npz: distances of foolbox's DeepFool on a small network.

Made with foolbox 3.3.4 and torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/deepfool.py
"""

import pathlib

import foolbox
import numpy as np
import torch
from torch import nn

OUT = pathlib.Path("Tests/Golden/deepfool.npz")


def main():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10)).eval()
    inputs = torch.rand(24, 1, 8, 8)
    labels = model(inputs).argmax(1)
    arrays = {"inputs": inputs, "labels": labels}
    arrays["parameters"] = torch.cat([p.detach().flatten() for p in model.parameters()])
    target = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    for name, attack, order in [
        ("l2", foolbox.attacks.L2DeepFoolAttack(), 2),
        ("linf", foolbox.attacks.LinfDeepFoolAttack(), float("inf")),
    ]:
        points, _, fooled = attack(target, inputs, labels, epsilons=None)
        assert bool(fooled.all())
        arrays[name] = torch.linalg.vector_norm((points - inputs).flatten(1), order, dim=1)
    np.savez_compressed(OUT, **{name: value.detach().numpy() for name, value in arrays.items()})


main()
