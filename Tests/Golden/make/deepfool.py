"""Makes Tests/Golden/deepfool.npz: distances of foolbox's DeepFool on a small network that was trained
on the digits of the examples.

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
    digits = np.load("Examples/digits/digits-test.npz")
    images = torch.tensor(digits["x"]).float().reshape(-1, 1, 8, 8)
    truth = torch.tensor(digits["y"]).long()
    descent = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(100):
        descent.zero_grad()
        nn.functional.cross_entropy(model(images), truth).backward()
        descent.step()
    inputs = images[:200]
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
