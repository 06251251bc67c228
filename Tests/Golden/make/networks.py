"""Makes Tests/Golden/networks: small PyTorch exports with logits by ONNX Runtime, and its logits for the
VNN-COMP networks of ../shared.

Made with torch 2.13.0, onnx 1.23.2, onnxruntime 1.31.1. Run from the package's root:
    python Tests/Golden/make/networks.py
"""

import glob
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

OUT = pathlib.Path("Tests/Golden/networks")


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1), nn.GroupNorm(2, channels), nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x):
        return nn.functional.silu(x + self.body(x))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(6, 16)
        self.place = nn.Parameter(torch.randn(1, 5, 16) * 0.1)
        layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, dropout=0.0)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(16, 3)

    def forward(self, x):
        return self.head(self.encoder(self.embed(x) + self.place).mean(dim=1))


def networks():
    cnn = nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, stride=2, padding=1, groups=2), nn.BatchNorm2d(8), nn.LeakyReLU(0.1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
    for _ in range(3):
        cnn(torch.randn(16, 1, 12, 12) * 2 + 0.5)
    yield "cnn-batchnorm", cnn, (1, 12, 12)
    yield "residual-silu", nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), Residual(8), Residual(8), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(32, 4)), (3, 8, 8)
    yield "mlp-gelu-layernorm", nn.Sequential(
        nn.Linear(12, 24), nn.LayerNorm(24), nn.GELU(), nn.Linear(24, 24), nn.LayerNorm(24),
        nn.GELU(approximate="tanh"), nn.Linear(24, 5)), (12,)
    yield "transformer", Encoder(), (5, 6)


def strip(path):
    """Removes what an exporter notes of the machine that it ran on."""
    model = onnx.load(path)
    model.ClearField("metadata_props")
    graph = model.graph
    for part in [graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)


def logits(path, x):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    shape = session.get_inputs()[0].shape
    if shape[0] == 1:
        return np.concatenate([session.run(None, {name: row[None]})[0] for row in x])
    return session.run(None, {name: x})[0]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    for name, module, shape in networks():
        module.eval()
        example = torch.randn(2, *shape)
        for kind, options in {
            "": dict(dynamo=False, opset_version=17, dynamic_axes={"input": {0: "batch"}}),
            "-fixed": dict(dynamo=False, opset_version=14),
            "-dynamo": dict(dynamo=True, opset_version=18, external_data=False),
        }.items():
            path = OUT / f"{name}{kind}.onnx"
            sample = example[:1] if kind == "-fixed" else example
            if kind == "-dynamo":
                options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
            torch.onnx.export(module, (sample,), str(path), input_names=["input"], **options)
            strip(path)
            x = np.random.default_rng(1).normal(size=(6, *shape)).astype(np.float32)
            expected = logits(path, x)
            with torch.no_grad():
                assert np.abs(expected - module(torch.from_numpy(x)).numpy()).max() < 1e-4
            np.savez(OUT / f"{name}{kind}.npz", x=x, logits=expected)
    vnncomp = {}
    for path in sorted(glob.glob("../shared/vnncomp/*/*.onnx")):
        stem = pathlib.Path(path).stem
        shape = (1, 1, 5) if "ACAS" in stem else (784, 1)
        low, high = (-0.6, 0.6) if "ACAS" in stem else (0, 1)
        x = np.random.default_rng(2).uniform(low, high, size=(3, *shape)).astype(np.float32)
        vnncomp[stem] = logits(path, x)
        vnncomp["x" + ("5" if "ACAS" in stem else "784")] = x
    np.savez(OUT / "vnncomp.npz", **vnncomp)


main()
