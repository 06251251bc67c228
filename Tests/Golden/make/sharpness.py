"""Makes Tests/Golden/sharpness.npz: 100 sharpness-aware steps of a small convolutional network.

Made with pytorch-optimizer 4.1.0 and torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/sharpness.py
"""

import pathlib

import numpy as np
import torch
from pytorch_optimizer import SAM
from torch import nn

OUT = pathlib.Path("Tests/Golden/sharpness.npz")


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def main():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 3)).double()
    inputs = torch.rand(40, 1, 6, 6, dtype=torch.float64)
    labels = torch.randint(0, 3, (40,))
    arrays = {"inputs": inputs, "labels": labels, "start": flat(model)}
    optimizer = SAM(model.parameters(), torch.optim.SGD, rho=0.05, lr=0.1, momentum=0.9)
    for step in range(100):
        rows = slice(10 * (step % 4), 10 * (step % 4) + 10)
        for move in (optimizer.first_step, optimizer.second_step):
            nn.functional.cross_entropy(model(inputs[rows]), labels[rows]).backward()
            move(zero_grad=True)
    arrays["end"] = flat(model)
    np.savez_compressed(OUT, **{name: value.numpy() for name, value in arrays.items()})


main()
