"""Makes Tests/Golden/group_dro.npz: two updates of the authors' robust loss.

Made with torch 2.13.0 and the public code kohpangwei/group_DRO at commit cbbc1c5, whose folder is
the argument. Run from the package's root:
    python Tests/Golden/make/group_dro.py FOLDER
"""

import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, sys.argv[1])
from loss import LossComputer  # noqa: E402

OUT = pathlib.Path("Tests/Golden/group_dro.npz")
SIZES = torch.tensor([40.0, 10.0, 25.0])


class Groups:
    n_groups = 3

    def group_counts(self):
        return SIZES

    def group_str(self, index):
        return str(index)


def main():
    torch.manual_seed(0)
    # The code moves what it makes to a GPU.
    torch.Tensor.cuda = lambda self: self
    arrays = {"sizes": SIZES.numpy()}
    for name, adjustment in [("plain", 0.0), ("adjusted", 2.0)]:
        computer = LossComputer(
            torch.nn.CrossEntropyLoss(reduction="none"), True, Groups(), alpha=0.2,
            adj=np.full(3, adjustment), step_size=0.3)
        for step in range(2):
            logits = torch.randn(8, 4, requires_grad=True)
            labels, groups = torch.randint(0, 4, (8,)), torch.randint(0, 2 + step, (8,))
            computer.loss(logits, labels, groups, is_training=True).backward()
            case = {"logits": logits.detach(), "labels": labels, "groups": groups,
                    "weights": computer.adv_probs, "slope": logits.grad}
            arrays.update({f"{name}.{step}.{key}": value.numpy() for key, value in case.items()})
    np.savez_compressed(OUT, **arrays)


main()
