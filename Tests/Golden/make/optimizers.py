"""Makes Tests/Golden/optimizers.npz: PyTorch's optimizers on a quadratic with noise.

Made with torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/optimizers.py
"""

import pathlib

import numpy as np
import torch

OUT = pathlib.Path("Tests/Golden/optimizers.npz")
CASES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.05, betas=(0.8, 0.95)),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
    "adamw-plain": lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.8, 0.99), weight_decay=0.0),
}
LONG_CASES = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.01),
}


def main():
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(7, generator=generator, dtype=torch.float64)
    curvature = torch.rand(7, generator=generator, dtype=torch.float64) + 0.1
    noise = torch.randn(50, 7, generator=generator, dtype=torch.float64) * 0.1
    arrays = {"start": start, "curvature": curvature, "noise": noise}
    for dtype, suffix in [(torch.float64, "64"), (torch.float32, "32")]:
        for name, make in CASES.items():
            x = start.to(dtype).clone().requires_grad_()
            optimizer = make([x])
            for push in noise.to(dtype):
                x.grad = (curvature.to(dtype) * x + push).detach()
                optimizer.step()
            arrays[f"{name}-{suffix}"] = x.detach()
    # A thousand steps whose pushes both sides compute from the step's number.
    places = torch.arange(1, 8, dtype=torch.float64)
    for name, make in LONG_CASES.items():
        x = start.clone().requires_grad_()
        optimizer = make([x])
        for step in range(1000):
            x.grad = (curvature * x + torch.sin(0.7 * step * places)).detach()
            optimizer.step()
        arrays[f"{name}-long"] = x.detach()
    norms = torch.tensor([3.0, 4.0], dtype=torch.float64, requires_grad=True)
    norms.grad = torch.tensor([3.0, 4.0], dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_([norms], 1.0)
    arrays["clipped"] = norms.grad
    np.savez(OUT, **{name: value.numpy() for name, value in arrays.items()})


main()
