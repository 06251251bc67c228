"""Models quantized by ONNX Runtime's tools, from small ones by PyTorch. Golden values made with onnxruntime 1.32,
without its rewriting of graphs: on some processors the rewritten products saturate.
"""

import numpy as np
import onnxruntime
import torch
from exporters_torch import Fn, random
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from torch import nn


class Rows(CalibrationDataReader):
    def __init__(self, rows):
        self.rest = iter([{"input": row[None]} for row in rows])

    def get_next(self):
        return next(self.rest, None)


def convolutional():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3), nn.ReLU(),
                         nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6, 4))


def dense():
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 3))


def residual():
    return Fn(lambda m, x: m.c(torch.relu(m.a(x) + m.b(x)).mean((2, 3))), a=nn.Conv2d(3, 4, 3, padding=1),
              b=nn.Conv2d(3, 4, 1), c=nn.Linear(4, 3))


IMAGES, VECTORS, SEQUENCE = random(8, 3, 8, 8), random(8, 6), random(3, 5, 6)
STATIC = {
    "qdq": (convolutional, IMAGES, dict(quant_format=QuantFormat.QDQ)),
    "qdq-channels": (convolutional, IMAGES, dict(quant_format=QuantFormat.QDQ, per_channel=True)),
    "qdq-signed": (convolutional, IMAGES, dict(
        quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8)),
    "qdq-unsigned": (dense, VECTORS, dict(
        quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QUInt8)),
    "qdq-16": (dense, VECTORS, dict(
        quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt16, weight_type=QuantType.QInt8)),
    "qdq-residual": (residual, IMAGES, dict(quant_format=QuantFormat.QDQ)),
    "operators": (convolutional, IMAGES, dict(quant_format=QuantFormat.QOperator, reduce_range=True)),
    "operators-channels": (convolutional, IMAGES, dict(
        quant_format=QuantFormat.QOperator, per_channel=True, reduce_range=True)),
    "operators-dense": (dense, VECTORS, dict(quant_format=QuantFormat.QOperator, reduce_range=True)),
    "operators-residual": (residual, IMAGES, dict(quant_format=QuantFormat.QOperator, reduce_range=True)),
}
DYNAMIC = {
    "dynamic": (dense, VECTORS, dict(weight_type=QuantType.QUInt8)),
    "dynamic-signed": (dense, VECTORS, dict(weight_type=QuantType.QInt8, reduce_range=True)),
    "dynamic-channels": (dense, VECTORS, dict(weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)),
    "dynamic-conv": (convolutional, IMAGES, dict(weight_type=QuantType.QUInt8)),
    "dynamic-lstm": (lambda: Fn(lambda m, x: m.out(m.layer(x)[0][:, -1]), layer=nn.LSTM(6, 4, batch_first=True),
                                out=nn.Linear(4, 3)), SEQUENCE, dict(weight_type=QuantType.QInt8)),
}


def exported(model, rows, path, opset):
    torch.manual_seed(0)
    with torch.no_grad():
        torch.onnx.export(
            model().eval(), (rows[:1],), str(path), dynamo=False, opset_version=opset, input_names=["input"],
            output_names=["output"], dynamic_axes={"input": {0: "batch"}})


def make(folder):
    exporter = f"onnxruntime.quantization {onnxruntime.__version__}"
    source = folder.path / "unquantized.onnx"
    for number, (name, (model, rows, options)) in enumerate((STATIC | DYNAMIC).items()):
        opset = [13, 17, 14, 18][number % 4]
        full = f"quantized-{name}-{opset}"
        if not folder.wants(full):
            continue
        with folder.making(full) as path:
            exported(model, rows, source, opset)
            if name in STATIC:
                quantize_static(source, path, Rows(rows.numpy()), **options)
            else:
                quantize_dynamic(source, path, **options)
            folder.add(full, exporter, [rows.numpy()], plain=True, singly=name in DYNAMIC, tolerance=1e-3)
    for name, keeps in (("half", False), ("half-inside", True)):
        full = f"converted-{name}-17"
        if folder.wants(full):
            with folder.making(full) as path:
                from onnxruntime.transformers.float16 import convert_float_to_float16
                import onnx
                exported(convolutional, IMAGES, source, 17)
                onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=keeps), path)
                rows = IMAGES.numpy() if keeps else IMAGES.numpy().astype(np.float16)
                folder.add(full, f"onnxruntime.transformers {onnxruntime.__version__}", [rows], tolerance=5e-3)
    for bits in (4, 8):
        full = f"quantized-weights-{bits}-21"
        if folder.wants(full):
            with folder.making(full) as path:
                import onnx
                from onnxruntime.quantization.matmul_nbits_quantizer import (
                    DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer)
                exported(lambda: Fn(lambda m, x: torch.tanh(x @ m.a.weight) @ m.b.weight, a=nn.Linear(32, 16),
                                    b=nn.Linear(16, 32)), random(4, 16), source, 18)
                config = DefaultWeightOnlyQuantConfig(block_size=16, quant_format=QuantFormat.QDQ, bits=bits)
                quantizer = MatMulNBitsQuantizer(onnx.load(source), algo_config=config)
                quantizer.process()
                quantizer.model.save_model_to_file(str(path))
                folder.add(full, exporter, [random(4, 16).numpy()], plain=True)
    source.unlink(missing_ok=True)
