"""Makes Tests/Golden/active_passive.npz: values and slopes of the authors' losses.

Made with torch 2.13.0 and the public code HanxunH/Active-Passive-Losses at commit 04bce53, whose
folder is the argument. Run from the package's root:
    python Tests/Golden/make/active_passive.py FOLDER
"""

import pathlib
import sys
from unittest import mock

import numpy as np
import torch

# The code registers its losses with a library that values do not depend on.
stand_in = mock.MagicMock()
stand_in.register = lambda kind: kind
sys.modules["mlconfig"] = stand_in
sys.path.insert(0, sys.argv[1])
import loss as authors  # noqa: E402

OUT = pathlib.Path("Tests/Golden/active_passive.npz")


def main():
    torch.manual_seed(0)
    logits, labels = 2 * torch.randn(6, 5), torch.randint(0, 5, (6,))
    cases = {
        "nce": authors.NormalizedCrossEntropy(5),
        "nce-rce": authors.NCEandRCE(1.0, 10.0, 5),
        "nce-mae": authors.NCEandMAE(2.0, 3.0, 5),
        "nfl-rce": authors.NFLandRCE(1.0, 2.0, 5, gamma=0.5),
    }
    arrays = {"logits": logits.numpy(), "labels": labels.numpy()}
    for name, case in cases.items():
        place = logits.clone().requires_grad_()
        value = case(place, labels)
        value.backward()
        arrays[f"{name}.value"] = value.detach().numpy()
        arrays[f"{name}.slope"] = place.grad.numpy()
    np.savez_compressed(OUT, **arrays)


main()
