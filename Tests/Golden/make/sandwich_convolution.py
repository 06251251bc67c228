"""Makes Tests/Golden/sandwich_convolution.npz: inputs and outputs of the convolutional sandwich layer in the public code of
"Direct Parameterization of Lipschitz-Bounded Deep Networks" (2023), with the numbers that it was given.

Entries begin with plain. or strided.: kernel, scale (the norm that the kernel is given), log_diagonal and bias are the layer's
parameters, input and output a batch of images before and after it. In all layers the input is multiplied by √2.

Made with github.com/acfr/LBDN at d81ed68 (layer.py, class SandwichConv), torch 2.13.0 and einops 0.8.2 in double precision,
seed 5. Run from the package's root, where FOLDER holds layer.py:
    PYTHONPATH=FOLDER python Tests/Golden/make/sandwich_convolution.py
"""

import numpy as np
import torch
from layer import SandwichConv

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)
arrays = {}
for name, (inputs, outputs, kernel, stride, size) in {"plain": (2, 3, 3, 1, 6), "strided": (2, 5, 4, 2, 8)}.items():
    layer = SandwichConv(inputs, outputs, kernel, stride=stride, scale=2**0.5) if stride > 1 else SandwichConv(
        inputs, outputs, kernel, scale=2**0.5)
    images = torch.randn(4, inputs, size, size)
    layer(images)  # the first call sets the scale to the norm of the kernel's transform
    with torch.no_grad():
        layer.alpha *= 1.7
        layer.psi += 0.5 * torch.randn(outputs)
        arrays[f"{name}.output"] = layer(images).numpy()
    arrays[f"{name}.input"] = images.numpy()
    arrays[f"{name}.kernel"] = layer.weight.detach().numpy()
    arrays[f"{name}.scale"] = 1.7 * layer.weight.detach().norm().reshape(1).numpy()
    arrays[f"{name}.log_diagonal"] = layer.psi.detach().numpy()
    arrays[f"{name}.bias"] = layer.bias.detach().numpy()
    print(name, {key: value.shape for key, value in arrays.items() if key.startswith(name)})
np.savez_compressed("Tests/Golden/sandwich_convolution.npz", **arrays)
