"""Makes Tests/Golden/parameter_bounds.npz: small networks all of whose parameters move, and the bounds that auto_LiRPA
gives by intervals, CROWN-IBP and CROWN. For a network NAME the file holds NAME.model (the bytes of an ONNX file),
NAME.center, NAME.radius (of the inputs), NAME.move (of the parameters), and for inputs that are fixed or in a box
(fixed, box) and a method M (interval, crownibp, crown) NAME.fixed.M.below and so on.

Made with torch 2.13.0, onnx 1.23.2, auto_LiRPA 0.7.1 (commit a050a3d), torch seed 9. Run from the package's root:
    python Tests/Golden/make/parameter_bounds.py
"""

import io

import numpy as np
import torch
from torch import nn
from auto_LiRPA import BoundedModule, BoundedParameter, BoundedTensor, PerturbationLpNorm


def networks():
    yield "mlp", nn.Sequential(
        nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 3)), 0.05, 0.01
    yield "smooth", nn.Sequential(
        nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 6), nn.Sigmoid(), nn.Linear(6, 3)), 0.1, 0.02


def moved(module, move):
    """The module with each of its parameters in a box."""
    for layer in module:
        if isinstance(layer, nn.Linear):
            for name in ("weight", "bias"):
                value = getattr(layer, name).data
                delattr(layer, name)
                setattr(layer, name, BoundedParameter(value, PerturbationLpNorm(norm=np.inf, eps=move)))
    return module


torch.manual_seed(9)
arrays = {}
for name, module, radius, move in networks():
    center = torch.rand(3, 5)
    file = io.BytesIO()
    torch.onnx.export(
        module, (center,), file, input_names=["input"], dynamo=False, opset_version=17,
        dynamic_axes={"input": {0: "batch"}})
    arrays.update({
        f"{name}.model": np.frombuffer(file.getvalue(), np.uint8), f"{name}.center": center.numpy(),
        f"{name}.radius": np.float32(radius), f"{name}.move": np.float32(move)})
    module = moved(module, move)
    for inputs, eps in (("fixed", 0), ("box", radius)):
        for key, method in (("interval", "IBP"), ("crownibp", "CROWN-IBP"), ("crown", "CROWN")):
            # Its sparse bounds do not take weights that move.
            bounded = BoundedModule(
                module, torch.zeros(3, 5), bound_opts={"sparse_intermediate_bounds": False})
            point = BoundedTensor(center, PerturbationLpNorm(eps=eps, norm=np.inf))
            below, above = bounded.compute_bounds(x=(point,), method=method)
            arrays.update({
                f"{name}.{inputs}.{key}.below": below.detach().numpy(),
                f"{name}.{inputs}.{key}.above": above.detach().numpy()})
np.savez_compressed("Tests/Golden/parameter_bounds.npz", **arrays)
