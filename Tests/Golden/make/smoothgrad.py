"""Makes Tests/Golden/smoothgrad.npz: maps of captum's NoiseTunnel around Saliency, with Assay's noise.

Made with captum 0.9.0 and torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/smoothgrad.py
"""

import pathlib
from unittest import mock

import captum.attr
import numpy as np
import torch
from torch import nn

OUT = pathlib.Path("Tests/Golden/smoothgrad.npz")
SAMPLES = 6
SHARE = 0.15
SEED = 4


def seeds(seed, count):
    """The numbers that Assay's Generator draws, each of which seeds one noise tensor."""
    mask, numbers, state = (1 << 64) - 1, [], seed
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append(mixed ^ (mixed >> 31))
    return numbers


def main():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 12), nn.Tanh(), nn.Linear(12, 3))
    inputs, labels = torch.rand(3, 8), torch.tensor([0, 2, 1])
    maps = []
    for x, label in zip(inputs, labels):
        noise = torch.cat(
            [torch.randn(1, 8, generator=torch.Generator().manual_seed(s)) for s in seeds(SEED, SAMPLES)])
        width = float(x.max() - x.min())
        with mock.patch("torch.normal", lambda mean, std: noise * std):
            tunnel = captum.attr.NoiseTunnel(captum.attr.Saliency(model))
            maps.append(tunnel.attribute(
                x[None], nt_type="smoothgrad", nt_samples=SAMPLES, stdevs=SHARE * width,
                target=int(label), abs=False)[0])
    arrays = {"inputs": inputs, "labels": labels, "maps": torch.stack(maps)}
    arrays["parameters"] = torch.cat([p.flatten() for p in model.parameters()])
    np.savez_compressed(OUT, **{name: value.detach().numpy() for name, value in arrays.items()})


main()
