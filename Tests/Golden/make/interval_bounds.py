"""Makes Tests/Golden/interval_bounds.npz: three small networks, boxes around inputs, and the bounds that
auto_LiRPA's interval bound propagation gives. For a network NAME the file holds NAME.model (the bytes of an
ONNX file), NAME.lower and NAME.upper (the corners), NAME.below and NAME.above (the bounds).

Made with torch 2.13.0, onnx 1.23.2, auto_LiRPA 0.7.1 (commit a050a3d), torch seed 5. Run from the package's root:
    python Tests/Golden/make/interval_bounds.py
"""

import io

import numpy as np
import torch
from torch import nn
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm

from residual import Residual


def networks():
    yield "mlp", nn.Sequential(
        nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 12), nn.Sigmoid(),
        nn.Linear(12, 4)), (8,)
    yield "cnn", nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(4, 6, 3), nn.LeakyReLU(0.1),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6 * 2 * 2, 5)), (1, 12, 12)
    residual = Residual()
    for _ in range(3):
        residual(torch.randn(8, 2, 6, 6) + 0.3)
    yield "residual", residual, (2, 6, 6)


torch.manual_seed(5)
arrays = {}
for name, module, shape in networks():
    module.eval()
    center = torch.rand(4, *shape)
    radius = torch.tensor([0.0, 0.01, 0.1, 0.5]).reshape(4, *[1] * len(shape))
    lower, upper = (center - radius).clamp(0, 1), (center + radius).clamp(0, 1)
    bounded = BoundedModule(module, torch.zeros(1, *shape))
    box = BoundedTensor(center, PerturbationLpNorm(x_L=lower, x_U=upper))
    below, above = bounded.compute_bounds(x=(box,), method="IBP")
    file = io.BytesIO()
    torch.onnx.export(
        module, (center,), file, input_names=["input"], dynamo=False, opset_version=17,
        dynamic_axes={"input": {0: "batch"}})
    arrays.update({
        f"{name}.model": np.frombuffer(file.getvalue(), np.uint8), f"{name}.lower": lower.numpy(),
        f"{name}.upper": upper.numpy(), f"{name}.below": below.detach().numpy(),
        f"{name}.above": above.detach().numpy()})
np.savez_compressed("Tests/Golden/interval_bounds.npz", **arrays)
