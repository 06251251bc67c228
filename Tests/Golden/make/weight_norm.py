"""Makes Tests/Golden/weight_norm.npz: a weight-normalized network's output and slopes.

Made with torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/weight_norm.py
"""

import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

OUT = pathlib.Path("Tests/Golden/weight_norm.npz")


def main():
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Tanh(), nn.Flatten(), nn.Linear(27, 4)).double()
    arrays = {"parameters": torch.cat([p.detach().flatten() for p in plain.parameters()])}
    for layer in (plain[0], plain[3]):
        weight_norm(layer)
        parts = layer.parametrizations.weight
        with torch.no_grad():
            parts.original0.mul_(1 + torch.rand_like(parts.original0))
    arrays["inputs"] = torch.randn(5, 2, 5, 5, dtype=torch.float64)
    arrays["labels"] = torch.tensor([0, 1, 2, 3, 0])
    arrays["output"] = plain(arrays["inputs"])
    nn.functional.cross_entropy(arrays["output"], arrays["labels"]).backward()
    for name, layer in (("convolution", plain[0]), ("linear", plain[3])):
        parts = layer.parametrizations.weight
        arrays[f"{name}.length"] = parts.original0
        arrays[f"{name}.length-slope"] = parts.original0.grad
        arrays[f"{name}.direction-slope"] = parts.original1.grad
    np.savez_compressed(OUT, **{name: value.detach().numpy() for name, value in arrays.items()})


main()
