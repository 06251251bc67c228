"""Makes Tests/Golden/attacks.npz: distances of foolbox's DeepFool and Carlini-Wagner attacks, and
where torchattacks' MI-FGSM ends, on a small network that was trained on digits.

Made with foolbox 3.3.4, torchattacks 3.5.1 and torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/attacks.py
"""

import pathlib

import foolbox
import numpy as np
import torch
import torchattacks
from trained_digits import flat_parameters, trained_digits

OUT = pathlib.Path("Tests/Golden/attacks.npz")


def main():
    model, images = trained_digits()
    inputs = images[:200]
    labels = model(inputs).argmax(1)
    arrays = {"inputs": inputs, "labels": labels}
    arrays["parameters"] = flat_parameters(model)
    target = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    for name, attack, order in [
        ("l2", foolbox.attacks.L2DeepFoolAttack(), 2),
        ("linf", foolbox.attacks.LinfDeepFoolAttack(), float("inf")),
    ]:
        points, _, fooled = attack(target, inputs, labels, epsilons=None)
        assert bool(fooled.all())
        arrays[name] = torch.linalg.vector_norm((points - inputs).flatten(1), order, dim=1)
    carlini = foolbox.attacks.L2CarliniWagnerAttack(
        binary_search_steps=6, steps=200, stepsize=0.01, initial_const=1e-2)
    points, _, fooled = carlini(target, inputs[:40], labels[:40], epsilons=None)
    assert bool(fooled.all())
    arrays["carlini"] = torch.linalg.vector_norm((points - inputs[:40]).flatten(1), 2, dim=1)
    momentum = torchattacks.MIFGSM(model, eps=1 / 32, alpha=1 / 256, steps=8, decay=1.0)
    arrays["momentum"] = momentum(inputs, labels)
    np.savez_compressed(OUT, **{name: value.detach().numpy() for name, value in arrays.items()})


main()
