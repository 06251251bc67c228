"""Makes Tests/Golden/parameter_convolutions.npz: small networks of convolutions all of whose parameters move, and the
bounds that auto_LiRPA gives by intervals, CROWN-IBP and CROWN. For a network NAME the file holds NAME.model (the bytes
of an ONNX file), NAME.center, NAME.radius (of the inputs), NAME.move (of the parameters), and for inputs that are fixed
or in a box (fixed, box) and a method M (interval, crownibp, crown) NAME.fixed.M.below and so on.

The peer does not take convolutions whose kernels move. It is given what is the same: patches, by a constant matrix,
times matrices that are further inputs.

Made with torch 2.13.0, onnx 1.23.2, auto_LiRPA 0.7.1 (commit a050a3d), torch seed 11. Run from the package's root:
    python Tests/Golden/make/parameter_convolutions.py
"""

import io

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm


def networks():
    """Networks with a rectifier between two convolutions, the size of their images, and radii."""
    yield "strided", 4, 0.05, 0.02, [nn.Conv2d(2, 3, 3, padding=1), nn.Conv2d(3, 4, 2, stride=2, padding=1)]
    yield "grouped", 5, 0.04, 0.03, [
        nn.Conv2d(2, 4, 2, padding=1, dilation=2), nn.Conv2d(4, 4, 3, stride=2, padding=1, groups=2)]


class Patches(nn.Module):
    """The convolutions as products of patches with matrices that come in with the image."""

    def __init__(self, layers, size):
        super().__init__()
        self.layers = []
        for index, layer in enumerate(layers):
            count = layer.in_channels * size * size
            units = torch.eye(count).view(count, layer.in_channels, size, size)
            moved = F.unfold(units, layer.kernel_size, layer.dilation, layer.padding, layer.stride)
            elements, places = moved.shape[1:]
            self.register_buffer(f"moves{index}", moved.reshape(count, -1).T.contiguous())
            self.layers.append((layer.groups, elements // layer.groups, places))
            size = int(places ** 0.5)

    def forward(self, x, *operands):
        for index, (groups, elements, places) in enumerate(self.layers):
            patches = F.linear(x.flatten(1), getattr(self, f"moves{index}")).view(-1, groups, elements, places)
            # Before patches are taken, the peer would not know of what it bounds that it is not negative.
            patches = torch.relu(patches) if index else patches
            image = torch.matmul(patches.transpose(2, 3), operands[2 * index]) + operands[2 * index + 1]
            x = image.transpose(2, 3).flatten(1)
        return x


def operands(layer, batch):
    """The kernel and the bias of a layer, for each example: [batch, groups, elements, outputs], [batch, groups, 1, outputs]."""
    groups = layer.groups
    matrix = layer.weight.data.flatten(1).view(groups, layer.out_channels // groups, -1).transpose(1, 2)
    return [value.unsqueeze(0).repeat(batch, 1, 1, 1) for value in (matrix, layer.bias.data.view(groups, 1, -1))]


torch.manual_seed(11)
arrays = {}
for name, size, radius, move, layers in networks():
    network = nn.Sequential(layers[0], nn.ReLU(), layers[1])
    center = torch.rand(2, 2, size, size)
    file = io.BytesIO()
    torch.onnx.export(
        network, (center,), file, input_names=["input"], dynamo=False, opset_version=17,
        dynamic_axes={"input": {0: "batch"}})
    arrays.update({
        f"{name}.model": np.frombuffer(file.getvalue(), np.uint8), f"{name}.center": center.numpy(),
        f"{name}.radius": np.float32(radius), f"{name}.move": np.float32(move)})
    values = [value for layer in layers for value in operands(layer, len(center))]
    shape = network(center).shape
    peer = Patches(layers, size)
    assert torch.allclose(peer(center, *values), network(center).flatten(1), atol=1e-6)
    bounded = BoundedModule(peer, (center, *values), bound_opts={"sparse_intermediate_bounds": False})
    moved = [BoundedTensor(value, PerturbationLpNorm(eps=move, norm=np.inf)) for value in values]
    for inputs, eps in (("fixed", 0), ("box", radius)):
        for key, method in (("interval", "IBP"), ("crownibp", "CROWN-IBP"), ("crown", "CROWN")):
            point = BoundedTensor(center, PerturbationLpNorm(eps=eps, norm=np.inf))
            below, above = bounded.compute_bounds(x=(point, *moved), method=method)
            arrays.update({
                f"{name}.{inputs}.{key}.below": below.detach().view(shape).numpy(),
                f"{name}.{inputs}.{key}.above": above.detach().view(shape).numpy()})
np.savez_compressed("Tests/Golden/parameter_convolutions.npz", **arrays)
