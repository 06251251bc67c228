"""Makes Tests/Golden/sparsemax.npz: sparsemax, its slopes and its loss, by entmax.

A few vectors are kept whole. Of 10,000 more, which the test makes by the same formula, three numbers
each are kept: the product of the output and of its Jacobian with a probe, and the loss.

Made with entmax 1.3 and torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/sparsemax.py
"""

import pathlib

import numpy as np
import torch
from entmax import SparsemaxLoss, sparsemax

OUT = pathlib.Path("Tests/Golden/sparsemax.npz")


def main():
    torch.manual_seed(0)
    arrays = {}
    for size, scale in [(2, 1.0), (3, 0.3), (10, 2.0), (100, 1.0), (1000, 0.5)]:
        scores = scale * torch.randn(4, size, dtype=torch.float64)
        tangent = torch.randn(4, size, dtype=torch.float64)
        labels = torch.randint(0, size, (4,))
        place = scores.clone().requires_grad_()
        value = sparsemax(place, dim=-1)
        (slope,) = torch.autograd.grad((value * tangent).sum(), place)
        losses = SparsemaxLoss(reduction="none")(place, labels)
        (descent,) = torch.autograd.grad(losses.sum(), place)
        case = {"scores": scores, "tangent": tangent, "labels": labels, "value": value.detach(),
                "product": slope, "loss": losses.detach(), "slope": descent}
        arrays.update({f"{size}.{name}": tensor.numpy() for name, tensor in case.items()})
    rows = torch.arange(100, dtype=torch.float64).unsqueeze(1)
    for block in range(100):
        size = 2 + (998 * block * block) // (99 * 99)
        columns = torch.arange(1, size + 1, dtype=torch.float64)
        scores = (1 + block % 3) * torch.sin(columns * (rows + 100 * block + 1) * 0.739)
        probe = torch.cos(columns * 1.7).expand(100, size)
        labels = (torch.arange(100) + block) % size
        place = scores.clone().requires_grad_()
        value = sparsemax(place, dim=-1)
        (product,) = torch.autograd.grad((value * probe).sum(), place)
        numbers = [(value * probe).sum(1), (product * columns.sin()).sum(1),
                   SparsemaxLoss(reduction="none")(scores, labels)]
        arrays[f"many.{block}"] = torch.stack(numbers).detach().float().numpy()
    np.savez_compressed(OUT, **arrays)


main()
