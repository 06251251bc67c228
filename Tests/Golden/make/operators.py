"""Makes Tests/Golden/operators.npz: tiny ONNX models, one for each operator and each form that operator sets
gave it, with what ONNX Runtime computes.

`models`, `inputs` and `outputs` hold the cases end to end; each row of `index` has the model's size in bytes, then
the rank and the sizes (filled up to six) of the input and of the output; `names` are lines of text.

Made with onnx 1.23.2, onnxruntime 1.32.0, numpy seed 3. Run from the package's root:
    python Tests/Golden/make/operators.py
"""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(3)
CASES = {}


def normal(*shape, scale=1.0):
    return (RANDOM.normal(size=shape) * scale).astype(np.float32)


def ints(*values):
    return np.array(values, dtype=np.int64)


def case(name, nodes, x, opset=17, fixed=False, **constants):
    """Nodes are (operator, inputs, attributes); 'x' is the input, the last node's result the output."""
    assert name not in CASES, name
    made = []
    for index, (operator, inputs, attributes) in enumerate(nodes):
        attributes = dict(attributes)
        outputs = attributes.pop("outputs", None) or (
            ["y"] if index == len(nodes) - 1 else [f"v{index}"])
        made.append(helper.make_node(operator, inputs.split(), outputs, **attributes))
        for position, text in enumerate(made[-1].input):
            if text == "_":
                made[-1].input[position] = ""
    shape = list(x.shape) if fixed else ["batch", *x.shape[1:]]
    graph = helper.make_graph(
        made, "case", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()])
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)],
        ir_version=3 if opset < 9 else 8 if opset < 19 else 10)
    if opset < 9:  # until then every initializer was an input too
        for key, value in constants.items():
            kind = helper.np_dtype_to_tensor_dtype(np.asarray(value).dtype)
            model.graph.input.append(
                helper.make_tensor_value_info(key, kind, np.asarray(value).shape))
    data = model.SerializeToString()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    y = session.run(["y"], {"x": x})[0]
    CASES[name] = (np.frombuffer(data, dtype=np.uint8), x, y)


def elementwise():
    x = np.concatenate([normal(2, 7, scale=2), np.zeros((1, 7), np.float32)])
    for name in ("Neg Abs Sign Exp Sin Cos Tan Atan Floor Ceil Round Relu Sigmoid Tanh Softplus Softsign "
                 "Erf HardSwish LeakyRelu Elu Celu Selu HardSigmoid Identity").split():
        case(name, [(name, "x", {})], x)
    case("Round.ties", [("Round", "x", {})], np.array([[0.5, 1.5, 2.5, -0.5, -1.5]], np.float32))
    case("Mish", [("Mish", "x", {})], x, opset=18)
    for name in "Reciprocal Log Sqrt".split():
        case(name, [(name, "x", {})], np.abs(x[:2]) + 0.1)
    case("LeakyRelu.alpha", [("LeakyRelu", "x", {"alpha": 0.3})], x)
    case("Elu.alpha", [("Elu", "x", {"alpha": 1.7})], x)
    case("Celu.alpha", [("Celu", "x", {"alpha": 0.6})], x)
    case("Selu.alpha", [("Selu", "x", {"alpha": 1.2, "gamma": 0.8})], x)
    case("HardSigmoid.alpha", [("HardSigmoid", "x", {"alpha": 0.4, "beta": 0.3})], x)
    case("Gelu", [("Gelu", "x", {})], x, opset=20)
    case("Gelu.tanh", [("Gelu", "x", {"approximate": "tanh"})], x, opset=20)
    for bounds in ({"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.7}, {}):
        case("Clip.6." + "".join(bounds), [("Clip", "x", dict(bounds))], x, opset=7)
    low, high = np.float32(-0.5), np.float32(0.7)
    case("Clip.11.both", [("Clip", "x low high", {})], x, opset=11, low=low, high=high)
    case("Clip.11.low", [("Clip", "x low", {})], x, opset=11, low=low)
    case("Clip.11.high", [("Clip", "x _ high", {})], x, opset=11, high=high)
    case("Clip.relu", [("Clip", "x low", {})], x, opset=13, low=np.float32(0))
    case("Dropout.7", [("Dropout", "x", {"ratio": 0.5})], x, opset=7)
    case("Dropout.13", [("Dropout", "x ratio", {})], x, opset=13, ratio=np.float32(0.5))
    for exponent in (2, 3, 0.5):
        case(f"Pow.{exponent}", [("Pow", "x e", {})], np.abs(x), e=np.float32(exponent))
    case("Pow.integer", [("Pow", "x e", {})], x, e=np.int64(3))
    case("Pow.tensor", [("Pow", "x e", {})], np.abs(x) + 0.1, e=normal(7))
    case("Not", [("Less", "x z", {}), ("Not", "v0", {}), ("Cast", "v1", {"to": 1})], x,
         z=np.float32(0))


def binary():
    x = normal(3, 4)
    for opset in (7, 17):
        for name in "Add Sub Mul Div PRelu".split():
            case(f"{name}.{opset}", [(name, "x k", {})], x, opset=opset, k=normal(4) + 2)
    for name in "Add Sub Mul Div".split():
        case(f"{name}.left", [(name, "k x", {})], np.abs(x) + 0.5, k=normal(4))
        case(f"{name}.wider", [(name, "k x", {})], np.abs(x) + 0.5, k=normal(2, 1, 4))
    k = x.round(0)[0] + 0.0
    for name in "Less LessOrEqual Greater GreaterOrEqual Equal".split():
        case(name, [(name, "x k", {}), ("Cast", "v0", {"to": 1})], x.round(0), k=k)
    for name in "And Or Xor".split():
        case(name, [("Less", "x z", {}), ("Greater", "x k", {}), (name, "v0 v1", {}),
                    ("Cast", "v2", {"to": 1})], x, z=np.float32(0.3), k=np.float32(-0.4))
    case("Mod.fmod", [("Mod", "x k", {"fmod": 1})], x * 3, k=np.array([1.5, -2, 0.7, -0.9], np.float32))
    case("Mod.integer", [("Cast", "x", {"to": 7}), ("Mod", "v0 k", {}), ("Cast", "v1", {"to": 1})],
         x * 5, k=ints(3, -3, 2, -4))
    case("Div.integer", [("Cast", "x", {"to": 7}), ("Div", "v0 k", {}), ("Cast", "v1", {"to": 1})],
         x * 9, k=ints(3, -3, 2, -4))
    for name in "Sum Mean Min Max".split():
        case(name, [(name, "x a b", {})], x, a=normal(4), b=normal(1))
        case(f"{name}.one", [(name, "x", {})], x)
    case("Where", [("Less", "x a", {}), ("Where", "v0 x b", {})], x, a=np.float32(0), b=normal(4))
    case("Cast.whole", [("Cast", "x", {"to": 6}), ("Cast", "v0", {"to": 1})], x * 4)
    case("Cast.bool", [("Cast", "x", {"to": 9}), ("Cast", "v0", {"to": 1})], np.abs(x.round(0)))


def products():
    x = normal(3, 4)
    case("Gemm", [("Gemm", "x w c", {})], x, w=normal(4, 5), c=normal(5))
    case("Gemm.transB", [("Gemm", "x w c", {"transB": 1, "alpha": 0.5, "beta": 2.0})], x,
         w=normal(5, 4), c=normal(5))
    case("Gemm.noBias", [("Gemm", "x w", {"alpha": 2.0})], x, opset=11, w=normal(4, 5))
    case("Gemm.scalarBias", [("Gemm", "x w c", {"beta": 0.5})], x, w=normal(4, 5), c=normal(1))
    case("Gemm.row", [("Gemm", "x w c", {})], x, w=normal(4, 5), c=normal(1, 5))
    case("Gemm.transA", [("Transpose", "x", {"perm": [1, 0]}), ("Gemm", "v0 w c", {"transA": 1})], x,
         w=normal(4, 5), c=normal(5))
    case("MatMul", [("MatMul", "x w", {})], x, w=normal(4, 5))
    case("MatMul.bias", [("MatMul", "x w", {}), ("Add", "b v0", {})], x, w=normal(4, 5), b=normal(5))
    case("MatMul.rank3", [("MatMul", "x w", {}), ("Add", "v0 b", {})], normal(2, 3, 4),
         w=normal(4, 5), b=normal(5))
    case("MatMul.batched", [("MatMul", "x w", {})], normal(2, 3, 4, 5), w=normal(3, 5, 2))
    case("MatMul.left", [("MatMul", "w x", {})], normal(2, 3, 4), w=normal(6, 3))
    case("MatMul.vector", [("MatMul", "x w", {})], x, w=normal(4))
    case("MatMul.both", [("Transpose", "x", {"perm": [0, 2, 1]}), ("MatMul", "x v0", {})],
         normal(2, 3, 4))
    case("MatMul.shared", [("MatMul", "x w", {}), ("MatMul", "v0 w", {})], x, w=normal(4, 4))


def windows():
    image, row, volume = normal(2, 4, 7, 6), normal(2, 4, 9), normal(1, 2, 4, 5, 4)
    w, b = normal(6, 4, 3, 3, scale=0.3), normal(6)
    for name, attributes in {
        "plain": {}, "pads": {"pads": [1, 1, 1, 1]}, "uneven": {"pads": [0, 1, 2, 1]},
        "strides": {"strides": [2, 3], "pads": [1, 0, 1, 0]}, "dilations": {"dilations": [2, 1]},
        "same_upper": {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        "same_lower": {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
        "valid": {"auto_pad": "VALID"},
    }.items():
        case(f"Conv.{name}", [("Conv", "x w b", attributes)], image, w=w, b=b)
    case("Conv.noBias", [("Conv", "x w", {"kernel_shape": [3, 3]})], image, opset=7, w=w)
    case("Conv.groups", [("Conv", "x w b", {"group": 2})], image, w=normal(6, 2, 3, 3), b=b)
    case("Conv.depthwise", [("Conv", "x w", {"group": 4, "pads": [1] * 4})], image, w=normal(8, 1, 3, 3))
    case("Conv.1d", [("Conv", "x w b", {"strides": [2], "pads": [1, 1]})], row, w=normal(6, 4, 3), b=b)
    case("Conv.3d", [("Conv", "x w", {"pads": [1] * 6})], volume, w=normal(3, 2, 3, 3, 3))
    w = normal(4, 3, 3, 2, scale=0.3)
    for name, attributes in {
        "plain": {}, "strides": {"strides": [2, 3]}, "pads": {"pads": [1, 0, 1, 0], "strides": [2, 1]},
        "output_padding": {"strides": [2, 2], "output_padding": [1, 0]}, "dilations": {"dilations": [2, 2]},
    }.items():
        case(f"ConvTranspose.{name}", [("ConvTranspose", "x w b", attributes)], image, w=w, b=normal(3))
    case("ConvTranspose.groups", [("ConvTranspose", "x w", {"group": 2})], image, w=w)
    case("ConvTranspose.1d", [("ConvTranspose", "x w", {"strides": [2]})], row, w=normal(4, 2, 3))
    for name, attributes in {
        "plain": {}, "strides": {"strides": [2, 2]}, "pads": {"pads": [1, 1, 1, 1]},
        "uneven": {"pads": [0, 1, 1, 0], "strides": [2, 2]},
        "ceil": {"strides": [2, 2], "ceil_mode": 1}, "ceil_pads": {
            "strides": [3, 3], "ceil_mode": 1, "pads": [1, 1, 1, 1]},
        "same_upper": {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        "same_lower": {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
    }.items():
        case(f"MaxPool.{name}", [("MaxPool", "x", {"kernel_shape": [3, 2], **attributes})], image, opset=12)
        if name not in ("uneven", "same_upper", "same_lower"):
            case(f"AveragePool.{name}", [("AveragePool", "x", {"kernel_shape": [3, 2], **attributes})],
                 image, opset=10 if "ceil" in name else 7)
        if "ceil" not in name:
            case(f"AveragePool.counted.{name}", [("AveragePool", "x", {
                "kernel_shape": [3, 2], "count_include_pad": 1, **attributes})], image, opset=11)
    case("AveragePool.counted.ceil", [("AveragePool", "x", {
        "kernel_shape": [3, 3], "count_include_pad": 1, "ceil_mode": 1, "strides": [2, 2],
        "pads": [1, 1, 1, 1]})], image, opset=19)
    case("MaxPool.dilations", [("MaxPool", "x", {"kernel_shape": [2, 2], "dilations": [2, 1]})], image,
         opset=10)
    case("MaxPool.1d", [("MaxPool", "x", {"kernel_shape": [3], "strides": [2]})], row)
    case("MaxPool.3d", [("MaxPool", "x", {"kernel_shape": [2, 2, 2]})], volume)
    case("AveragePool.1d", [("AveragePool", "x", {"kernel_shape": [3]})], row)
    case("AveragePool.3d", [("AveragePool", "x", {"kernel_shape": [2, 3, 2]})], volume)
    for name in ("GlobalAveragePool", "GlobalMaxPool"):
        for kind, x in {"1d": row, "2d": image, "3d": volume}.items():
            case(f"{name}.{kind}", [(name, "x", {})], x)


def resizing():
    x = normal(2, 2, 4, 6)
    up, down = np.array([1, 1, 2, 3], np.float32), np.array([1, 1, 0.5, 0.5], np.float32)
    odd = np.array([1, 1, 1.5, 1.5], np.float32)
    case("Upsample.7", [("Upsample", "x", {"scales": [1.0, 1.0, 2.0, 3.0], "mode": "nearest"})], x, opset=7)
    case("Upsample.9", [("Upsample", "x s", {"mode": "nearest"})], x, opset=9, s=up)
    case("Resize.10", [("Resize", "x s", {"mode": "nearest"})], x, opset=10, s=up)
    case("Resize.10.down", [("Resize", "x s", {"mode": "nearest"})], x, opset=10, s=down)
    floor = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    case("Resize.nearest.floor", [("Resize", "x _ s", dict(floor))], x, opset=13, s=up)
    case("Resize.nearest.odd", [("Resize", "x _ s", dict(floor))], x, opset=13, s=odd)
    case("Resize.nearest.default", [("Resize", "x _ s", {"mode": "nearest"})], x, opset=13, s=up)
    case("Resize.11.roi", [("Resize", "x roi s", {"mode": "nearest"})], x, opset=11, s=up,
         roi=np.zeros(0, np.float32))
    for opset in (11, 13, 18, 19):
        for mode in ("linear", "cubic"):
            for where in ("half_pixel", "align_corners", "pytorch_half_pixel"):
                empty = "roi" if opset == 11 else "_"
                extra = {"roi": np.zeros(0, np.float32)} if opset == 11 else {}
                if opset == 13 or where == "half_pixel":
                    case(f"Resize.{opset}.{mode}.{where}", [("Resize", f"x {empty} s", {
                        "mode": mode, "coordinate_transformation_mode": where})], x, opset=opset, s=up,
                        **extra)
    case("Resize.sizes", [("Resize", "x _ _ n", {"mode": "linear"})], x, opset=13, n=ints(2, 2, 7, 9))
    case("Resize.sizes.axes", [("Resize", "x _ _ n", {"mode": "linear", "axes": [2, 3]})], x, opset=18,
         n=ints(7, 9))
    case("Resize.scales.axes", [("Resize", "x _ s", {"mode": "linear", "axes": [2, 3]})], x, opset=18,
         s=up[2:])
    case("Resize.cubic.down", [("Resize", "x _ s", {"mode": "cubic"})], x, opset=13, s=down)
    case("Resize.1d", [("Resize", "x _ s", {"mode": "linear"})], normal(2, 3, 5), opset=13,
         s=np.array([1, 1, 2], np.float32))


def normalizing():
    x, wide = normal(2, 4, 3, 5), normal(3, 6)
    one = dict(s=normal(4), b=normal(4))
    stats = dict(m=normal(4), v=np.abs(normal(4)) + 0.5)
    for opset in (7, 9, 14, 15):
        case(f"BatchNormalization.{opset}", [("BatchNormalization", "x s b m v", {"epsilon": 1e-3})], x,
             opset=opset, **one, **stats)
    case("BatchNormalization.rank2", [("BatchNormalization", "x s b m v", {})], normal(3, 4), **one, **stats)
    case("InstanceNormalization", [("InstanceNormalization", "x s b", {"epsilon": 1e-3})], x, **one)
    case("GroupNormalization.21", [("GroupNormalization", "x s b", {"num_groups": 2})], x, opset=21, **one)
    case("LayerNormalization", [("LayerNormalization", "x s b", {})], wide, s=normal(6), b=normal(6))
    case("LayerNormalization.noBias", [("LayerNormalization", "x s", {"epsilon": 0.1})], wide, s=normal(6))
    case("LayerNormalization.axis", [("LayerNormalization", "x s b", {"axis": 2})], x, s=normal(3, 5),
         b=normal(3, 5))
    for name in ("Softmax", "LogSoftmax"):
        for opset, options in {7: [{}, {"axis": 2}], 11: [{"axis": 3}], 12: [{}, {"axis": -2}],
                               13: [{}, {"axis": 1}, {"axis": -2}]}.items():
            for attributes in options:
                tail = ".".join(str(value) for value in attributes.values())
                case(f"{name}.{opset}.{tail}", [(name, "x", dict(attributes))], x, opset=opset)


def reductions():
    x = np.abs(normal(2, 3, 4)) + 0.2
    for kind in "Mean Max Min Prod L1 L2 SumSquare LogSumExp LogSum Sum".split():
        name = f"Reduce{kind}"
        late = 13 if kind == "Sum" else 18
        case(f"{name}.{late - 1}", [(name, "x", {"axes": [1, -1], "keepdims": 0})], x, opset=late - 1)
        case(f"{name}.{late - 1}.keep", [(name, "x", {"axes": [2]})], x, opset=late - 1)
        case(f"{name}.{late}", [(name, "x a", {"keepdims": 0})], x, opset=late, a=ints(-1))
        case(f"{name}.{late}.noop", [(name, "x", {"noop_with_empty_axes": 1})], x, opset=18)
    case("ArgMax", [("ArgMax", "x", {"axis": 1}), ("Cast", "v0", {"to": 1})], x)
    case("ArgMax.drop", [("ArgMax", "x", {"axis": -1, "keepdims": 0}), ("Cast", "v0", {"to": 1})], x)
    case("ArgMax.ties", [("Sign", "x", {}), ("ArgMax", "v0", {"axis": 1}), ("Cast", "v1", {"to": 1})], x)


def shaping():
    x = normal(2, 3, 4)
    case("Reshape", [("Reshape", "x n", {})], x, n=ints(-1, 12))
    case("Reshape.zero", [("Reshape", "x n", {})], x, n=ints(0, 4, 3))
    case("Reshape.zero.open", [("Reshape", "x n", {})], x, n=ints(0, 2, -1))
    case("Reshape.fixed", [("Reshape", "x n", {})], x, fixed=True, n=ints(2, 12))
    case("Reshape.allowzero", [("Reshape", "x n", {"allowzero": 1})], x, n=ints(-1, 6, 2))
    case("Reshape.merged", [("Reshape", "x n", {}), ("MatMul", "v0 w", {}), ("Reshape", "v1 m", {})], x,
         n=ints(-1, 4), w=normal(4, 2), m=ints(-1, 3, 2))
    for axis in (1, 2, -1):
        case(f"Flatten.{axis}", [("Flatten", "x", {"axis": axis})], x, opset=13)
    case("Transpose", [("Transpose", "x", {"perm": [0, 2, 1]})], x)
    case("Transpose.default", [("Transpose", "x", {}), ("Transpose", "v0", {"perm": [2, 0, 1]})], x)
    thin = normal(2, 1, 3, 1)
    case("Squeeze.7", [("Squeeze", "x", {"axes": [1, 3]})], thin, opset=7)
    case("Squeeze.11", [("Squeeze", "x", {"axes": [-1]})], thin, opset=11)
    case("Squeeze.13", [("Squeeze", "x a", {})], thin, opset=13, a=ints(1))
    case("Squeeze.13.all", [("Squeeze", "x", {})], thin, opset=13)
    case("Unsqueeze.7", [("Unsqueeze", "x", {"axes": [1, 4]})], x, opset=7)
    case("Unsqueeze.13", [("Unsqueeze", "x a", {})], x, opset=13, a=ints(-1, 1))
    case("Expand", [("Expand", "x n", {})], normal(2, 1, 4), n=ints(1, 3, 4))
    case("Expand.rank", [("Unsqueeze", "x a", {}), ("Expand", "v0 n", {})], normal(2, 4), a=ints(1),
         n=ints(3, 1))
    case("Tile", [("Tile", "x n", {})], x, n=ints(1, 2, 3))
    case("Concat", [("Concat", "x x k", {"axis": -1})], x, k=normal(2, 3, 1), fixed=True)
    case("Concat.self", [("Relu", "x", {}), ("Concat", "x v0", {"axis": 1})], x)
    wide = normal(2, 7)
    parts = {"outputs": ["a", "b"], "axis": 1}
    join = ("Concat", "b a", {"axis": 1})
    case("Split.11", [("Split", "x", {**parts, "split": [3, 4]}), join], wide, opset=11)
    case("Split.13", [("Split", "x n", dict(parts)), join], wide, opset=13, n=ints(3, 4))
    case("Split.13.even", [("Split", "x", dict(parts)), join], wide[:, :6], opset=13)
    case("Split.18", [("Split", "x", {**parts, "num_outputs": 2}), join], wide, opset=18)
    case("Gather", [("Gather", "x i", {"axis": 1})], x, i=ints(2, 0, -1))
    case("Gather.scalar", [("Gather", "x i", {"axis": 2})], x, i=np.int64(1))
    case("Gather.matrix", [("Gather", "x i", {"axis": 1})], x, i=ints(2, 0, 1, 1).reshape(2, 2))
    case("Gather.computed", [("ArgMax", "x", {"axis": 1, "keepdims": 0}), ("Gather", "k v0", {})], x,
         k=normal(3, 2))
    case("Slice.9", [("Slice", "x", {"starts": [1, 0], "ends": [3, -1], "axes": [1, 2]})], x, opset=9)
    case("Slice.10", [("Slice", "x s e", {})], x, opset=10, s=ints(0, 1), e=ints(99, 3))
    case("Slice.10.axes", [("Slice", "x s e a", {})], x, opset=10, s=ints(-2), e=ints(2**62), a=ints(-1))
    case("Slice.steps", [("Slice", "x s e a t", {})], x, opset=13, s=ints(0, 1), e=ints(3, 4), a=ints(1, 2),
         t=ints(2, 2))
    case("Slice.back", [("Slice", "x s e a t", {})], x, opset=13, s=ints(-1), e=ints(-(2**63)), a=ints(2),
         t=ints(-1))
    case("Slice.back2", [("Slice", "x s e a t", {})], x, opset=13, s=ints(3), e=ints(0), a=ints(2), t=ints(-2))
    for mode in ("constant", "reflect", "edge"):
        case(f"Pad.7.{mode}", [("Pad", "x", {"pads": [0, 1, 2, 0, 2, 1], "mode": mode})], x, opset=7)
        case(f"Pad.11.{mode}", [("Pad", "x p", {"mode": mode})], x, opset=11, p=ints(0, 0, 2, 0, 0, 1))
    case("Pad.7.value", [("Pad", "x", {"pads": [0, 1, 2, 0, 2, 1], "value": 1.5})], x, opset=7)
    case("Pad.11.value", [("Pad", "x p v", {})], x, opset=11, p=ints(0, 1, 0, 0, 0, 2), v=np.float32(1.5))
    case("Pad.crop", [("Pad", "x p", {})], x, opset=13, p=ints(0, -1, 0, 0, 0, 2))
    case("Pad.18.axes", [("Pad", "x p _ a", {})], x, opset=18, p=ints(1, 2), a=ints(-1))
    case("Pad.19.wrap", [("Pad", "x p", {"mode": "wrap"})], x, opset=19, p=ints(0, 1, 2, 0, 2, 1))
    case("Constant", [("Constant", "", {"value": numpy_helper.from_array(normal(4))}), ("Add", "x v0", {})],
         x)
    for key, value in {"value_float": 1.5, "value_floats": [1.0, 2.0, 3.0, 4.0]}.items():
        case(f"Constant.{key}", [("Constant", "", {key: value}), ("Mul", "x v0", {})], x)
    for key, value in {"value_int": 1, "value_ints": [2, 0]}.items():
        case(f"Constant.{key}", [("Constant", "", {key: value}), ("Gather", "x v0", {"axis": 1})], x)


def shape_subgraphs():
    x = normal(2, 3, 4)
    half = numpy_helper.from_array(np.array([0.5], np.float32))
    case("Shape.reshape", [
        ("Shape", "x", {}), ("Gather", "v0 zero", {}), ("Unsqueeze", "v1 axis", {}),
        ("Concat", "v2 rest", {"axis": 0}), ("Reshape", "x v3", {})], x, zero=np.int64(0), axis=ints(0),
        rest=ints(-1))
    case("Shape.15", [("Shape", "x", {"start": 1, "end": 3}), ("Concat", "open v0", {"axis": 0}),
                      ("Reshape", "x v1", {})], x, opset=15, open=ints(-1))
    case("Shape.slice", [
        ("Shape", "x", {}), ("Slice", "v0 zero one", {}), ("Slice", "v0 one end", {}),
        ("ReduceProd", "v2", {"keepdims": 1}), ("Concat", "v1 v3", {"axis": 0}), ("Reshape", "x v4", {})],
        x, zero=ints(0), one=ints(1), end=ints(2**62))
    case("Shape.arithmetic", [
        ("Shape", "x", {}), ("Gather", "v0 two", {}), ("Div", "v1 two", {}), ("Mul", "v2 two", {}),
        ("Sub", "v3 two", {}), ("Unsqueeze", "v4 axis", {}), ("Slice", "x zero v5 at", {})], x,
        two=np.int64(2), axis=ints(0), zero=ints(0), at=ints(2))
    case("Shape.batch", [
        ("Shape", "x", {}), ("Gather", "v0 zero", {}), ("Gather", "v0 one", {}), ("Mul", "v1 v2", {}),
        ("Unsqueeze", "v3 axis", {}), ("Concat", "v4 rest", {"axis": 0}), ("Reshape", "x v5", {}),
        ("MatMul", "v6 w", {}), ("Unsqueeze", "v1 axis", {}), ("Concat", "v8 back", {"axis": 0}),
        ("Reshape", "v7 v9", {})], x, zero=np.int64(0), one=np.int64(1), axis=ints(0), rest=ints(4),
        w=normal(4, 2), back=ints(3, 2))
    case("Shape.cast", [("Shape", "x", {}), ("Cast", "v0", {"to": 7}), ("Reshape", "x v1", {})], x)
    case("Shape.expand", [
        ("Shape", "x", {}), ("Constant", "", {"value": half}), ("Expand", "v1 v0", {}), ("Add", "x v2", {})], x)
    case("Size", [
        ("Shape", "x", {"start": 1}), ("Size", "v0", {}), ("Mul", "v1 six", {}), ("Unsqueeze", "v2 axis", {}),
        ("Concat", "open v3", {"axis": 0}), ("Reshape", "x v4", {})], x, axis=ints(0), open=ints(-1),
        six=np.int64(6))
    case("ConstantOfShape", [
        ("ConstantOfShape", "n", {"value": half}), ("Mul", "x v0", {})], x, n=ints(3, 4))
    case("ConstantOfShape.batch", [
        ("Shape", "x", {}), ("ConstantOfShape", "v0", {"value": half}), ("Mul", "x v1", {})], x)
    case("ConstantOfShape.zero", [("ConstantOfShape", "n", {}), ("Sub", "v0 x", {})], x, n=ints(4))
    case("Range", [("Range", "a b c", {}), ("Gather", "x v0", {"axis": 2})], x, a=np.int64(3),
         b=np.int64(-1), c=np.int64(-2))
    case("Range.real", [("Range", "a b c", {}), ("Add", "x v0", {})], x, a=np.float32(0), b=np.float32(2),
         c=np.float32(0.5))
    case("Where.shape", [
        ("Shape", "x", {}), ("Equal", "n minus", {}), ("Where", "v1 ones n", {}), ("Expand", "x v2", {})], x,
        n=ints(-1, 3, 4), minus=ints(-1, -1, -1), ones=ints(1, 1, 1))
    case("Fold", [("Transpose", "w", {"perm": [1, 0]}), ("Add", "v0 one", {}), ("MatMul", "x v1", {})], x,
         w=normal(5, 4), one=np.float32(1))


def types():
    x = normal(2, 4)
    for name, kind in {"float16": np.float16, "float64": np.float64}.items():
        case(f"Cast.from.{name}", [("Cast", "k", {"to": 1}), ("Add", "x v0", {})], x, k=normal(4).astype(kind))
    for kind in "uint8 int8 int16 uint16 int32 uint32 int64 uint64 bool".split():
        case(f"Cast.from.{kind}", [("Cast", "k", {"to": 1}), ("Add", "x v0", {})], x,
             k=np.array([0, 1, 1, 0]).astype(kind))


def quantized():
    x = normal(3, 5, scale=2)
    half, zero8, zero7 = np.float32(0.05), np.uint8(120), np.int8(-3)
    case("QuantizeLinear", [("QuantizeLinear", "x s z", {}), ("Cast", "v0", {"to": 1})], x, s=half, z=zero8)
    case("QuantizeLinear.int8", [("QuantizeLinear", "x s z", {}), ("Cast", "v0", {"to": 1})], x, s=half, z=zero7)
    case("QuantizeLinear.bare", [("QuantizeLinear", "x s", {}), ("Cast", "v0", {"to": 1})], x, s=half)
    case("QuantizeLinear.ties", [("QuantizeLinear", "x s z", {}), ("DequantizeLinear", "v0 s z", {})],
         np.array([[0.5, 1.5, 2.5, -0.5, -1.5, 300, -300]], np.float32), s=np.float32(1), z=zero8)
    case("QuantizeLinear.axis", [("QuantizeLinear", "x s z", {"axis": 1}), ("DequantizeLinear", "v0 s z", {"axis": 1})],
         normal(2, 3, 4), s=np.array([0.02, 0.1, 0.3], np.float32), z=np.array([0, 100, 130], np.uint8))
    case("QuantizeLinear.16", [("QuantizeLinear", "x s z", {}), ("DequantizeLinear", "v0 s z", {})], x, opset=21,
         s=np.float32(0.001), z=np.int16(-5))
    weight = RANDOM.integers(-128, 128, (4, 5)).astype(np.int8)
    scales = np.array([0.01, 0.02, 0.03, 0.04], np.float32)
    case("DequantizeLinear", [
        ("DequantizeLinear", "w s z", {"axis": 0}), ("Gemm", "x v0", {"transB": 1})], x, w=weight, s=scales,
        z=np.zeros(4, np.int8))
    blocks = np.abs(normal(4, 2)) + 0.01
    wide = RANDOM.integers(-128, 128, (4, 6)).astype(np.int8)
    case("DequantizeLinear.blocks", [
        ("DequantizeLinear", "w s", {"axis": 1, "block_size": 3}), ("Gemm", "x v0", {"transB": 1})],
        normal(2, 6), opset=21, w=wide, s=blocks)
    for kind in (TensorProto.INT4, TensorProto.UINT4):
        numbers = helper.make_tensor("k", kind, (3, 5), np.arange(-7, 8) if kind == TensorProto.INT4 else range(15))
        for raw in (True, False):
            stored = numbers if not raw else helper.make_tensor(
                "k", kind, (3, 5), bytes(byte & 255 for byte in numbers.int32_data), raw=True)
            case(f"DequantizeLinear.{TensorProto.DataType.Name(kind)}.{raw}", [
                ("Constant", "", {"value": stored}), ("DequantizeLinear", "v0 s", {}), ("Gemm", "x v1", {"transB": 1})],
                x, opset=21, s=np.float32(0.1))
    single = normal(1, 5, scale=2)
    case("DynamicQuantizeLinear", [
        ("DynamicQuantizeLinear", "x", {"outputs": ["q", "s", "z"]}), ("DequantizeLinear", "q s z", {})], single)
    case("DynamicQuantizeLinear.zero", [
        ("DynamicQuantizeLinear", "x", {"outputs": ["q", "s", "z"]}), ("Cast", "q", {"to": 1})], single * 0)
    right = RANDOM.integers(-128, 128, (5, 4)).astype(np.int8)
    quantize = ("QuantizeLinear", "x s z", {"outputs": ["q"]})
    case("MatMulInteger", [quantize, ("MatMulInteger", "q w z wz", {}), ("Cast", "v1", {"to": 1})], x, s=half, z=zero8,
         w=right, wz=np.int8(2))
    case("MatMulInteger.dynamic", [
        ("DynamicQuantizeLinear", "x", {"outputs": ["q", "s", "z"]}), ("MatMulInteger", "q w z", {}),
        ("Cast", "v1", {"to": 1}), ("Mul", "s ws", {}), ("Mul", "v2 v3", {})], single, w=right, ws=np.float32(0.03))
    case("MatMulInteger.long", [quantize, ("MatMulInteger", "q w z", {}), ("Cast", "v1", {"to": 1})],
         normal(2, 900, scale=4), s=half, z=zero8, w=RANDOM.integers(-128, 128, (900, 3)).astype(np.int8))
    case("QLinearMatMul", [
        quantize, ("QLinearMatMul", "q s z w ws wz ys yz", {}), ("DequantizeLinear", "v1 ys yz", {})], x, s=half,
        z=zero8, w=right, ws=np.array([0.01, 0.02, 0.01, 0.03], np.float32), wz=np.zeros(4, np.int8),
        ys=np.float32(0.2), yz=np.uint8(128))
    image = normal(2, 3, 6, 6)
    kernel = RANDOM.integers(-128, 128, (4, 3, 3, 3)).astype(np.int8)
    for pads in ([0, 0, 0, 0], [1, 1, 1, 1]):
        case(f"ConvInteger.{pads[0]}", [
            quantize, ("ConvInteger", "q w z", {"pads": pads}), ("Cast", "v1", {"to": 1})], image, s=half, z=zero8,
            w=kernel)
    case("QLinearConv", [
        quantize, ("QLinearConv", "q s z w ws wz ys yz b", {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
        ("DequantizeLinear", "v1 ys yz", {})], image, s=half, z=zero8, w=kernel,
        ws=np.array([0.01, 0.02, 0.01, 0.03], np.float32), wz=np.zeros(4, np.int8), ys=np.float32(0.3),
        yz=np.uint8(128), b=np.array([100, -200, 0, 3000], np.int32))
    back = ("DequantizeLinear", "r ys yz", {})
    made = {"domain": "com.microsoft", "outputs": ["r"]}
    target = {"s": half, "z": zero8, "ys": np.float32(0.1), "yz": np.uint8(128)}
    for name in ("Add", "Mul"):
        case(f"com.microsoft.QLinear{name}", [
            quantize, (f"QLinear{name}", "q s z q s z ys yz", dict(made)), back], x, **target)
    case("com.microsoft.QLinearSigmoid", [
        quantize, ("QLinearSigmoid", "q s z ys yz", dict(made)), back], x,
        **{**target, "ys": np.float32(1 / 256), "yz": np.uint8(0)})
    case("com.microsoft.QLinearLeakyRelu", [
        quantize, ("QLinearLeakyRelu", "q s z ys yz", {**made, "alpha": 0.2}), back], x, **target)
    case("com.microsoft.QLinearSoftmax", [
        quantize, ("QLinearSoftmax", "q s z ys yz", {**made, "axis": -1, "opset": 13}), back], x,
        **{**target, "ys": np.float32(1 / 256), "yz": np.uint8(0)})
    case("com.microsoft.QLinearGlobalAveragePool", [
        quantize, ("QLinearGlobalAveragePool", "q s z ys yz", dict(made)), back], image, **target)
    case("com.microsoft.QLinearAveragePool", [
        quantize, ("QLinearAveragePool", "q s z ys yz", {**made, "kernel_shape": [2, 2], "strides": [2, 2]}), back],
        image, **{**target, "ys": np.float32(0.0973)})  # with 0.1 many means lie between two steps
    case("com.microsoft.QLinearConcat", [
        quantize, ("QLinearConcat", "ys yz q s z q s z", {**made, "axis": 1}), back], x, **target)
    case("com.microsoft.QGemm", [
        quantize, ("QGemm", "q s z w ws wz b ys yz", {**made, "transB": 1}), back], x, **target, w=weight,
        ws=np.float32(0.01), wz=np.int8(0), b=np.array([100, -200, 0, 3000], np.int32))
    case("com.microsoft.QGemm.real", [
        quantize, ("QGemm", "q s z w ws wz", {"domain": "com.microsoft", "transB": 1})], x, s=half, z=zero8,
        w=weight, ws=np.float32(0.01), wz=np.int8(0))


def recurrent():
    x = normal(2, 4, 3)
    for name, gates in {"RNN": 1, "GRU": 3, "LSTM": 4}.items():
        turn = ("Transpose", "x", {"perm": [1, 0, 2], "outputs": ["t"]})
        back = ("Transpose", "u", {"perm": [1, 0, 2]})
        def weights(directions, **more):
            return {"w": normal(directions, gates * 5, 3), "r": normal(directions, gates * 5, 5),
                    "b": normal(directions, gates * 10), **more}
        flat = ("Squeeze", "h a", {"outputs": ["u"]})
        case(f"{name}", [turn, (name, "t w r b", {"hidden_size": 5, "outputs": ["h"]}), flat, back], x, opset=14,
             **weights(1), a=ints(1))
        case(f"{name}.last", [turn, (name, "t w r", {"hidden_size": 5, "outputs": ["", "h"]}),
                              ("Squeeze", "h a", {})], x, opset=14, w=normal(1, gates * 5, 3),
             r=normal(1, gates * 5, 5), a=ints(0))
        case(f"{name}.reverse", [turn, (name, "t w r b", {"hidden_size": 5, "direction": "reverse",
                                                          "outputs": ["h"]}), flat, back], x, opset=14, **weights(1),
             a=ints(1))
        case(f"{name}.both", [
            turn, (name, "t w r b", {"hidden_size": 5, "direction": "bidirectional", "outputs": ["h"]}),
            ("Transpose", "h", {"perm": [2, 0, 1, 3]})], x, opset=14, **weights(2))
        case(f"{name}.clip", [
            turn, (name, "t w r b", {"hidden_size": 5, "clip": 0.4, "outputs": ["h"]}), flat, back], x, opset=14,
            **weights(1), a=ints(1))
    case("GRU.before", [turn, ("GRU", "t w r b", {"hidden_size": 5, "linear_before_reset": 1, "outputs": ["h"]}), flat,
                        back], x, opset=14, w=normal(1, 15, 3), r=normal(1, 15, 5), b=normal(1, 30), a=ints(1))
    case("GRU.activations", [
        turn, ("GRU", "t w r b", {"hidden_size": 5, "activations": ["HardSigmoid", "Relu"], "outputs": ["h"]}), flat,
        back], x, opset=14, w=normal(1, 15, 3), r=normal(1, 15, 5), b=normal(1, 30), a=ints(1))
    case("LSTM.peepholes", [
        turn, ("LSTM", "t w r b _ _ _ p", {"hidden_size": 5, "outputs": ["h"]}), flat, back], x, opset=14,
        w=normal(1, 20, 3), r=normal(1, 20, 5), b=normal(1, 40), p=normal(1, 15), a=ints(1))
    case("LSTM.states", [
        turn, ("Shape", "x", {"start": 0, "end": 1, "outputs": ["n"]}), ("Concat", "one n five", {"axis": 0,
                                                                                             "outputs": ["m"]}),
        ("Expand", "state m", {"outputs": ["first"]}),
        ("LSTM", "t w r b _ first first", {"hidden_size": 5, "outputs": ["", "", "c"]}), ("Squeeze", "c a", {})], x,
        opset=15, w=normal(1, 20, 3), r=normal(1, 20, 5), b=normal(1, 40), one=ints(1), five=ints(5),
        state=normal(1, 1, 5), a=ints(0))


def einsums():
    x, y = normal(2, 3, 4), normal(3, 4)
    for equation in ("bij,jk->bik", "bij,kj->bik", "bij,kj", "...ij,jk->...ik", "bij,jk->k b i"):
        case(f"Einsum.{equation}", [("Einsum", "x k", {"equation": equation})], x,
             k=normal(4, 5) if "jk" in equation else normal(5, 4))
    for equation in ("bij->bji", "bij->bi", "bij->b"):
        case(f"Einsum.{equation}", [("Einsum", "x", {"equation": equation})], x)
    for equation in ("bij,bkj->bik", "bij,bij->b", "bij,bij->bij", "bij,bik->bjk"):
        case(f"Einsum.{equation}", [("Relu", "x", {}), ("Einsum", "x v0", {"equation": equation})], x)
    case("Einsum.three", [("Einsum", "x k m", {"equation": "bij,jk,ki->bi"})], x, k=normal(4, 5), m=normal(5, 3))
    case("Einsum.outer", [("Einsum", "x k", {"equation": "bi,j->bij"})], normal(2, 3), k=normal(4))
    case("Einsum.heads", [("Einsum", "x k", {"equation": "bhid,hjd->bhij"})], normal(2, 3, 4, 2), k=normal(3, 5, 2))
    case("Einsum", [("Einsum", "x k", {"equation": "bij,ij->b"})], x, k=y)


def moving():
    image = normal(2, 8, 3, 4)
    for mode in ("DCR", "CRD"):
        case(f"DepthToSpace.{mode}", [("DepthToSpace", "x", {"blocksize": 2, "mode": mode})], image)
    case("SpaceToDepth", [("SpaceToDepth", "x", {"blocksize": 2})], normal(2, 3, 4, 6))
    x = normal(2, 4, 4)
    for upper in (0, 1):
        case(f"Trilu.{upper}", [("Trilu", "x", {"upper": upper})], x)
        case(f"Trilu.{upper}.offset", [("Trilu", "x k", {"upper": upper})], x, k=np.int64(-1))
    for reverse in (0, 1):
        for exclusive in (0, 1):
            case(f"CumSum.{reverse}{exclusive}", [
                ("CumSum", "x a", {"reverse": reverse, "exclusive": exclusive})], x, a=np.int64(1))
    case("CumSum.whole", [("Cast", "x", {"to": 7}), ("CumSum", "v0 a", {}), ("Cast", "v1", {"to": 1})],
         np.round(normal(2, 5, scale=9)), a=np.int64(-1))
    case("OneHot", [("ArgMax", "x", {"axis": 1, "keepdims": 0}), ("OneHot", "v0 d v", {})], x, d=np.int64(4),
         v=np.array([-1, 2], np.float32))
    case("OneHot.axis", [("ArgMax", "x", {"axis": 1, "keepdims": 0}), ("Sub", "v0 two", {}),
                         ("OneHot", "v1 d v", {"axis": 1})], x, d=np.int64(3), v=np.array([0, 1], np.float32),
         two=np.int64(2))
    case("Hardmax.13", [("Hardmax", "x", {"axis": 1})], x, opset=13)
    case("Hardmax.11", [("Hardmax", "x", {"axis": 1})], x, opset=11)
    case("Hardmax.ties", [("Sign", "x", {}), ("Hardmax", "v0", {"axis": -1})], x, opset=13)
    case("EyeLike", [("EyeLike", "k", {"k": 1}), ("Add", "x v0", {})], x, k=normal(4, 4))
    case("ArgMin", [("ArgMin", "x", {"axis": 1}), ("Cast", "v0", {"to": 1})], x)
    case("TopK", [("TopK", "x k", {"axis": 1, "outputs": ["v", "i"]}), ("Mul", "v two", {})], x, k=ints(2),
         two=np.float32(2))
    case("TopK.places", [("TopK", "x k", {"axis": -1, "largest": 0, "outputs": ["v", "i"]}),
                         ("Cast", "i", {"to": 1})], x, k=ints(3))
    case("TopK.10", [("TopK", "x k", {"axis": 2, "outputs": ["v", "i"]}), ("Cast", "i", {"to": 1})], x, opset=10,
         k=ints(4))
    case("GatherElements", [("ArgMax", "x", {"axis": 1}), ("Cast", "v0", {"to": 7}),
                            ("GatherElements", "x v1", {"axis": 1})], x)
    case("GatherElements.last", [("TopK", "x k", {"axis": 2, "outputs": ["v", "i"]}), ("Sub", "i four", {}),
                                 ("GatherElements", "x v1", {"axis": 2})], x, k=ints(2), four=np.int64(4))
    case("GatherND", [("Transpose", "x", {"perm": [1, 2, 0]}), ("GatherND", "v0 i", {}),
                      ("Transpose", "v1", {"perm": [1, 0]})], x, i=ints(0, 1, 3, -1, 2, 2).reshape(3, 2))
    case("GatherND.rows", [("Transpose", "x", {"perm": [1, 2, 0]}), ("GatherND", "v0 i", {}),
                           ("Transpose", "v1", {"perm": [2, 0, 1]})], x, i=ints(3, 0).reshape(2, 1))
    def branch(operator):
        return helper.make_graph([helper.make_node(operator, ["x"], ["branch_" + operator])], operator, [],
                                 [helper.make_tensor_value_info("branch_" + operator, TensorProto.FLOAT, None)])
    for chosen in (True, False):
        case(f"If.{chosen}", [("If", "c", {"then_branch": branch("Relu"), "else_branch": branch("Tanh")})], x,
             c=np.bool_(chosen))
    case("If.shape", [
        ("Shape", "x", {}), ("Gather", "v0 two", {}), ("Equal", "v1 four", {}),
        ("If", "v2", {"then_branch": branch("Exp"), "else_branch": branch("Neg")})], x, two=np.int64(2),
        four=np.int64(4))
    case("Pad.computed", [
        ("ConstantOfShape", "n", {"value": numpy_helper.from_array(ints(0))}), ("Concat", "p v0", {"axis": 0}), ("Reshape", "v1 two", {}),
        ("Slice", "v2 s e a t", {}), ("Transpose", "v3", {"perm": [1, 0]}), ("Reshape", "v4 open", {}),
        ("Cast", "v5", {"to": 7}), ("Pad", "x v6", {"mode": "constant"})], x, n=ints(4), p=ints(1, 2),
        two=ints(-1, 2), s=ints(-1), e=ints(-(2**62)), a=ints(0), t=ints(-1), open=ints(-1))
    case("Pad.shape", [
        ("Shape", "x", {}), ("Gather", "v0 two", {}), ("Sub", "six v1", {}), ("Unsqueeze", "v2 axis", {}),
        ("Concat", "zeros v3", {"axis": 0}), ("Pad", "x v4", {})], x, two=np.int64(2), six=np.int64(6),
        axis=ints(0), zeros=ints(0, 0, 0, 0, 0))


def composed():
    x = np.concatenate([normal(2, 7, scale=2), np.zeros((1, 7), np.float32)])
    inner = np.tanh(x).astype(np.float32)
    for name in ("Sinh", "Cosh", "Asinh", "ThresholdedRelu", "Shrink"):
        case(name, [(name, "x", {})], x)
    for name in ("Asin", "Acos", "Atanh"):
        case(name, [(name, "x", {})], inner * np.float32(0.99))
    case("Asin.ends", [("Asin", "x", {})], np.array([[-1, 1, 0.999]], np.float32))
    case("Acosh", [("Acosh", "x", {})], np.abs(x) + 1)
    case("ThresholdedRelu.alpha", [("ThresholdedRelu", "x", {"alpha": 0.3})], x)
    case("Shrink.bias", [("Shrink", "x", {"lambd": 0.8, "bias": 0.5})], x)
    strange = np.array([[0, np.inf, -np.inf, np.nan, 3]], np.float32)
    for name in ("IsNaN", "IsInf"):
        case(name, [(name, "x", {}), ("Cast", "v0", {"to": 1})], strange)
    for side in ("detect_negative", "detect_positive"):
        case(f"IsInf.{side}", [("IsInf", "x", {side: 0}), ("Cast", "v0", {"to": 1})], strange)
    case("CastLike", [("CastLike", "k x", {}), ("Add", "x v0", {})], x, k=ints(1, 2, 3, 4, 5, 6, 7))
    image = normal(2, 6, 3, 4)
    for order in (1, 2):
        case(f"LpNormalization.{order}", [("LpNormalization", "x", {"axis": 1, "p": order})], image)
    case("MeanVarianceNormalization", [("MeanVarianceNormalization", "x", {"axes": [2, 3]})], image)
    for size in (3, 5):
        case(f"LRN.{size}", [("LRN", "x", {"size": size, "alpha": 0.5, "beta": 0.6, "bias": 1.2})], image)
    for pads in ([0, 0, 1, 1], [1, 0, 0, 1]):
        for counts in (0, 1):
            case(f"AveragePool.uneven.{pads}.{counts}", [("AveragePool", "x", {
                "kernel_shape": [2, 3], "pads": pads, "strides": [2, 1], "count_include_pad": counts})], image)
    case("AveragePool.uneven.ceil", [("AveragePool", "x", {
        "kernel_shape": [2, 2], "pads": [1, 0, 0, 0], "strides": [3, 3], "ceil_mode": 1})], normal(2, 2, 6, 6),
        opset=19)
    case("AveragePool.same", [("AveragePool", "x", {
        "kernel_shape": [2, 2], "auto_pad": "SAME_UPPER", "strides": [2, 2]})], normal(2, 2, 5, 5))
    case("AveragePool.dilated", [("AveragePool", "x", {
        "kernel_shape": [2, 2], "dilations": [2, 1], "pads": [1, 1, 1, 1]})], normal(2, 2, 6, 6), opset=19)
    w = normal(6, 2, 3, 3)
    for more in ({"pads": [0, 1, 1, 0]}, {"auto_pad": "SAME_UPPER"}, {"auto_pad": "SAME_LOWER"},
                 {"output_shape": [6, 8]}):
        case(f"ConvTranspose.{list(more.items())[0]}", [
            ("ConvTranspose", "x w", {"strides": [2, 2], **more})], image, w=w)


def resizing_more():
    image = normal(2, 2, 5, 6)
    for mode in ("nearest", "linear", "cubic"):
        for place in ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"):
            for scale in (0.6, 1.7):
                case(f"Resize.{mode}.{place}.{scale}", [
                    ("Resize", "x _ s", {"mode": mode, "coordinate_transformation_mode": place})], image, opset=19,
                    s=np.array([1, 1, scale, scale], np.float32))
    for rounding in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
        case(f"Resize.{rounding}", [("Resize", "x _ _ n", {
            "mode": "nearest", "nearest_mode": rounding, "coordinate_transformation_mode": "half_pixel"})], image,
            opset=13, n=ints(2, 2, 3, 9))
    for mode in ("linear", "cubic"):
        for size in (3, 9):
            case(f"Resize.antialias.{mode}.{size}", [("Resize", "x _ _ n", {"mode": mode, "antialias": 1})], image,
                 opset=18, n=ints(2, 2, size, size))
    case("Resize.exclude", [("Resize", "x _ _ n", {"mode": "cubic", "exclude_outside": 1, "cubic_coeff_a": -0.5})],
         image, opset=13, n=ints(2, 2, 7, 9))
    case("Resize.coefficient", [("Resize", "x _ _ n", {"mode": "cubic", "cubic_coeff_a": -0.5})], image, opset=13,
         n=ints(2, 2, 7, 9))
    case("Resize.crop", [("Resize", "x roi _ n", {
        "mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize", "extrapolation_value": 2.5})], image,
        opset=13, roi=np.array([0, 0, 0.1, -0.2, 1, 1, 0.8, 1.1], np.float32), n=ints(2, 2, 4, 7))
    case("Resize.axes", [("Resize", "x _ s", {"mode": "linear", "axes": [3, 2]})], image, opset=18,
         s=np.array([1.5, 2], np.float32))
    for policy in ("not_larger", "not_smaller"):
        case(f"Resize.{policy}", [("Resize", "x _ _ n", {
            "mode": "linear", "axes": [2, 3], "keep_aspect_ratio_policy": policy})], image, opset=18, n=ints(7, 7))
    case("Resize.vector", [("Resize", "x _ s", {"mode": "linear"})], normal(2, 7), opset=18,
         s=np.array([1, 2], np.float32))


def attentive():
    q = normal(2, 3, 4, 6)
    def heads(name, extra="", opset=23, **constants):
        attributes = constants.pop("attributes", {})
        case(name, [("Relu", "x", {"outputs": ["k"]}), ("Tanh", "x", {"outputs": ["v"]}),
                    ("Attention", f"x k v{extra}", attributes)], q, opset=opset, **constants)
    heads("Attention")
    heads("Attention.scale", attributes={"scale": 0.3})
    heads("Attention.causal", attributes={"is_causal": 1})
    heads("Attention.softcap", attributes={"softcap": 0.7})
    heads("Attention.mask", " m", m=RANDOM.random((4, 4)) < 0.7)
    heads("Attention.bias", " m", m=normal(4, 4))
    case("Attention.flat", [
        ("Relu", "x", {"outputs": ["k"]}), ("Tanh", "x", {"outputs": ["v"]}),
        ("Attention", "x k v", {"q_num_heads": 2, "kv_num_heads": 2})], normal(2, 4, 6), opset=23)
    case("Attention.groups", [
        ("Slice", "x s e a", {"outputs": ["k"]}), ("Attention", "x k k", {"q_num_heads": 4, "kv_num_heads": 2})],
        normal(2, 3, 8), opset=23, s=ints(0), e=ints(4), a=ints(2))
    case("RMSNormalization", [("RMSNormalization", "x w", {"epsilon": 1e-3})], normal(2, 4, 6), opset=23, w=normal(6))
    case("RMSNormalization.axis", [("RMSNormalization", "x w", {"axis": 1})], normal(2, 4, 6), opset=23,
         w=normal(4, 6))
    angles = normal(2, 4, 3)
    for interleaved in (0, 1):
        case(f"RotaryEmbedding.{interleaved}", [("RotaryEmbedding", "x c s", {"interleaved": interleaved})],
             normal(2, 3, 4, 6), opset=23, fixed=True, c=np.cos(angles), s=np.sin(angles))
    case("Swish", [("Swish", "x", {"alpha": 1.3})], normal(2, 7), opset=24)


def reviewed():
    """What a review found to be read otherwise than ONNX Runtime does."""
    x = normal(2, 3, 4, scale=2)
    half, zero = np.float32(0.05), np.int8(-3)
    case("QuantizeLinear.identity", [("Identity", "z", {"outputs": ["w"]}), ("QuantizeLinear", "x s w", {}),
                                     ("DequantizeLinear", "v1 s w", {})], x, s=half, z=zero)
    case("QuantizeLinear.cast", [("Cast", "z", {"to": 3, "outputs": ["w"]}), ("QuantizeLinear", "x s w", {}),
                                 ("DequantizeLinear", "v1 s w", {})], x, s=half, z=np.int32(-3))
    case("QuantizeLinear.constant", [
        ("ConstantOfShape", "n", {"value": numpy_helper.from_array(np.array([-3], np.int8)), "outputs": ["w"]}),
        ("QuantizeLinear", "x s w", {"axis": 1}), ("DequantizeLinear", "v1 s w", {"axis": 1})], x,
        s=np.array([0.05, 0.02, 0.1], np.float32), n=ints(3))
    case("Cast.wraps", [("Cast", "x", {"to": 7}), ("Mul", "v0 k", {}), ("Cast", "v1", {"to": 3}),
                        ("Cast", "v2", {"to": 1})], x, k=np.int64(100))
    line = np.array([[[1, 2, 3, 4]]], np.float32)
    for place in ("half_pixel", "pytorch_half_pixel"):
        for rounding in ("floor", "ceil", "round_prefer_ceil"):
            case(f"Resize.whole.{place}.{rounding}", [("Resize", "x _ s", {
                "mode": "nearest", "nearest_mode": rounding, "coordinate_transformation_mode": place})], line,
                s=np.array([1, 1, 2], np.float32))
    image = normal(2, 3, 7, 6)
    case("MaxPool.uneven.ceil", [("MaxPool", "x", {
        "kernel_shape": [3, 2], "pads": [1, 0, 0, 1], "strides": [2, 3], "ceil_mode": 1})], image)
    case("MaxPool.uneven.dilated", [("MaxPool", "x", {
        "kernel_shape": [2, 2], "pads": [1, 0, 0, 1], "dilations": [2, 2]})], image)
    case("AveragePool.uneven.dilated", [("AveragePool", "x", {
        "kernel_shape": [2, 2], "pads": [1, 0, 0, 1], "dilations": [2, 3]})], image, opset=19)
    case("MeanVarianceNormalization.small", [("MeanVarianceNormalization", "x", {"axes": [2, 3]})], image * 1e-3)
    q = normal(2, 2, 4, 6)
    masked = np.ones((4, 4), bool)
    masked[2] = False
    for name, mask in {"row": masked, "bias": np.where(masked, 0, -np.inf).astype(np.float32)}.items():
        for causal in (0, 1):
            case(f"Attention.{name}.{causal}", [("Attention", "x x x m", {"is_causal": causal})], q, opset=23, m=mask)
    case("Constant.large", [("Constant", "", {"value_int": 2**40}), ("Cast", "v0", {"to": 1}), ("Mul", "x v1", {})], x)
    case("Concat.large", [("Concat", "a b", {"axis": 0}), ("Cast", "v0", {"to": 1}), ("Mul", "x v1", {})], x,
         a=ints(2**40), b=ints(1, 2, 3))
    case("LpNormalization.zero", [("Relu", "x", {}), ("LpNormalization", "v0", {"axis": 1})], -np.abs(x))
    case("TopK.infinite", [("TopK", "x k", {"axis": 1, "outputs": ["v", "i"]}), ("Cast", "i", {"to": 1})],
         np.array([[1, -np.inf, -np.inf, 0]], np.float32), k=ints(4))
    far = np.array([[2e-6, -2e-6, 0.01, 89, -89, 30]], np.float32)
    case("Sinh.far", [("Sinh", "x", {})], far)
    case("Cosh.far", [("Cosh", "x", {})], far)
    wide = np.array([[0, 1e20, -1e20, 3, 1e9, 1e10]], np.float32)
    case("Asinh.far", [("Asinh", "x", {})], wide)
    case("Acosh.far", [("Acosh", "x", {})], np.abs(wide) + 1)
    case("EyeLike.whole", [("Cast", "k", {"to": 7}), ("EyeLike", "v0", {}), ("Cast", "v1", {"to": 1}),
                           ("Add", "x v2", {})], x[:, :, :3], k=normal(3, 3))
    case("Slice.back.far", [("Slice", "x s e a t", {})], x, s=ints(-9), e=ints(-99), a=ints(2), t=ints(-1))
    made = {"domain": "com.microsoft", "outputs": ["r"]}
    for version in (11, 13):
        case(f"com.microsoft.QLinearSoftmax.{version}", [
            ("QuantizeLinear", "x s z", {"outputs": ["q"]}), ("QLinearSoftmax", "q s z ys yz", {**made, "opset": version,
                                                                                                 "axis": 1}),
            ("DequantizeLinear", "r ys yz", {})], x, opset=11, s=half, z=np.uint8(120), ys=np.float32(1 / 256),
            yz=np.uint8(0))
    case("com.microsoft.QLinearSigmoid.names", [
        ("QuantizeLinear", "x s z", {"outputs": ["q"]}), ("QLinearSigmoid", "q s z ys yz", {**made, "name": "q"}),
        ("DequantizeLinear", "r ys yz", {"outputs": ["d"]}), ("Mul", "d q/0", {})], x, s=half, z=np.uint8(120),
        ys=np.float32(1 / 256), yz=np.uint8(0), **{"q/0": np.float32(3)})
    ten = helper.make_tensor("w", TensorProto.FLOAT, (), [2.0])
    scoped = helper.make_graph([helper.make_node("Mul", ["x", "w"], ["inner"])], "scoped", [],
                               [helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)], [ten])
    case("If.names", [("If", "c", {"then_branch": scoped, "else_branch": scoped, "outputs": ["t"]}),
                      ("If", "c", {"then_branch": scoped, "else_branch": scoped, "outputs": ["u"]}),
                      ("Add", "t u", {"outputs": ["s"]}), ("Mul", "s w", {})], x, c=np.bool_(True), w=np.float32(10))


for make in (elementwise, binary, products, windows, resizing, normalizing, reductions, shaping,
             shape_subgraphs, types, quantized, recurrent, einsums, moving, composed, resizing_more, attentive, reviewed):
    make()


def entry(model, x, y):
    return [len(model)] + [
        number for array in (x, y) for number in (array.ndim, *array.shape, *[0] * (6 - array.ndim))]


def text(value):
    return np.frombuffer("\n".join(value).encode(), np.uint8)


models, inputs, outputs = zip(*CASES.values())
np.savez_compressed(
    "Tests/Golden/operators.npz", names=text(CASES), index=ints(*map(entry, models, inputs, outputs)),
    models=np.concatenate(models), inputs=np.concatenate([x.ravel() for x in inputs]),
    outputs=np.concatenate([y.ravel() for y in outputs]))
print(len(CASES), "cases")
