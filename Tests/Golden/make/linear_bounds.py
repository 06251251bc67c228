"""Makes Tests/Golden/linear_bounds.npz: small networks, sets around inputs, and the bounds that auto_LiRPA gives
by CROWN, CROWN-IBP and forward propagation. For a network NAME the file holds NAME.model (the bytes of an ONNX
file), NAME.center, NAME.radius, and for a norm N (linf, l2) and a method M (crown, crownibp, forward)
NAME.N.M.below and NAME.N.M.above.

Made with torch 2.13.0, onnx 1.23.2, auto_LiRPA 0.7.1 (commit a050a3d), torch seed 6. Run from the package's root:
    python Tests/Golden/make/linear_bounds.py
"""

import io

import numpy as np
import torch
from torch import nn
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm

from residual import Residual


def networks():
    yield "mlp", nn.Sequential(
        nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU(),
        nn.Linear(12, 4)), (8,), 0.1
    yield "smooth", nn.Sequential(
        nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 12), nn.Sigmoid(), nn.Linear(12, 4)), (8,), 0.3
    yield "cnn", nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(4, 6, 3), nn.ReLU(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6 * 2 * 2, 5)), (1, 12, 12), 0.05
    residual = Residual()
    for _ in range(3):
        residual(torch.randn(8, 2, 6, 6) + 0.3)
    yield "residual", residual, (2, 6, 6), 0.05


torch.manual_seed(6)
arrays = {}
for name, module, shape, radius in networks():
    module.eval()
    center = torch.rand(4, *shape)
    file = io.BytesIO()
    torch.onnx.export(
        module, (center,), file, input_names=["input"], dynamo=False, opset_version=17,
        dynamic_axes={"input": {0: "batch"}})
    arrays.update({
        f"{name}.model": np.frombuffer(file.getvalue(), np.uint8), f"{name}.center": center.numpy(),
        f"{name}.radius": np.float32(radius)})
    for norm, order in (("linf", np.inf), ("l2", 2)):
        for key, method in (("crown", "CROWN"), ("crownibp", "CROWN-IBP"), ("forward", "forward+backward")):
            bounded = BoundedModule(module, torch.zeros(1, *shape))
            point = BoundedTensor(center, PerturbationLpNorm(eps=radius, norm=order))
            below, above = bounded.compute_bounds(x=(point,), method=method)
            arrays.update({
                f"{name}.{norm}.{key}.below": below.detach().numpy(),
                f"{name}.{norm}.{key}.above": above.detach().numpy()})
np.savez_compressed("Tests/Golden/linear_bounds.npz", **arrays)
