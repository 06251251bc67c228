"""Writes the seeds in Fuzz/Corpus/onnx: one tiny network for each family of operators that the reader knows.

Made with onnx 1.23.2: python Fuzz/make_onnx_corpus.py.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent / "Corpus" / "onnx"


def save(name, nodes, shape, constants=(), opset=17):
    """Saves a chain of (operator, further inputs, attributes); each node takes the last one's output."""
    made, last = [], "x"
    for index, (operator, inputs, attributes) in enumerate(nodes):
        out = f"v{index}"
        made.append(helper.make_node(operator, [last, *inputs], [out], **attributes))
        last = out
    values = [numpy_helper.from_array(np.asarray(value), key) for key, value in dict(constants).items()]
    graph = helper.make_graph(
        made, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, None)], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())


def floats(*shape):
    return np.linspace(-1, 1, int(np.prod(shape)), dtype="f4").reshape(shape)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    whole = lambda *values: np.array(values, "i8")
    save("gemm", [("Gemm", ["w", "b"], dict(transB=1)), ("Relu", [], {}), ("Softmax", [], dict(axis=1))],
         ["n", 3], {"w": floats(2, 3), "b": floats(2)})
    save("conv", [("Conv", ["w", "b"], dict(kernel_shape=[2, 2], strides=[1, 2], pads=[1, 0, 1, 0])),
                  ("BatchNormalization", ["s", "b", "b", "s"], {}),
                  ("MaxPool", [], dict(kernel_shape=[2, 2])), ("Flatten", [], {})],
         [1, 2, 4, 4], {"w": floats(4, 1, 2, 2)[:2].repeat(2, 1), "b": floats(2), "s": floats(2) + 2})
    save("conv-transpose", [("ConvTranspose", ["w"], dict(output_padding=[1, 1], strides=[2, 2])),
                            ("AveragePool", [], dict(kernel_shape=[3, 3], ceil_mode=1)),
                            ("GlobalAveragePool", [], {})], ["n", 1, 3, 3], {"w": floats(1, 2, 2, 2)})
    save("shapes", [("Reshape", ["r"], {}), ("Transpose", [], dict(perm=[0, 2, 1])),
                    ("Unsqueeze", ["one"], {}), ("Squeeze", ["one"], {}), ("Slice", ["z", "one", "one"], {}),
                    ("Expand", ["e"], {}), ("Concat", ["c"], dict(axis=1)), ("Gather", ["one"], dict(axis=1))],
         ["n", 6], {"r": whole(0, 2, -1), "one": whole(1), "z": whole(0), "e": whole(1, 1, 2), "c": floats(1, 1, 2)},
         opset=13)
    save("pad-resize", [("Pad", ["p"], dict(mode="reflect")), ("Resize", ["", "s"], dict(mode="linear")),
                        ("ReduceMean", [], dict(axes=[2], keepdims=0))],
         ["n", 1, 3, 3], {"p": whole(0, 0, 1, 1, 0, 0, 1, 1), "s": np.array([1, 1, 2, 2], "f4")})
    save("maps", [(name, [], {}) for name in (
        "LeakyRelu Elu Selu Celu Sigmoid Tanh Softplus Erf HardSwish HardSigmoid Abs Sign Exp Neg".split())]
         + [("Clip", ["lo", "hi"], {}), ("Pow", ["hi"], {}), ("PRelu", ["lo"], {}), ("Max", ["lo"], {})],
         ["n", 2], {"lo": np.float32(-1), "hi": np.float32(2)})
    save("norms", [("LayerNormalization", ["s", "b"], {}), ("InstanceNormalization", ["c", "c"], {}),
                   ("LogSoftmax", [], {}), ("ReduceSum", ["one"], {}), ("ArgMax", [], dict(axis=1)),
                   ("Cast", [], dict(to=1))],
         ["n", 2, 3], {"s": floats(3), "b": floats(3), "c": floats(2), "one": whole(1)})
    split = [helper.make_node("Split", ["x"], ["a", "b"], axis=1), helper.make_node("MatMul", ["a", "w"], ["c"]),
             helper.make_node("Less", ["c", "b"], ["d"]), helper.make_node("Where", ["d", "c", "b"], ["e"]),
             helper.make_node("Shape", ["x"], ["f"]), helper.make_node("ConstantOfShape", ["f"], ["g"]),
             helper.make_node("Add", ["x", "g"], ["h"]), helper.make_node("Constant", [], ["i"], value_float=2.0),
             helper.make_node("Mul", ["h", "i"], ["j"]), helper.make_node("Concat", ["e", "j"], ["y"], axis=1)]
    graph = helper.make_graph(
        split, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(floats(2, 2), "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (FOLDER / "branches.onnx").write_bytes(model.SerializeToString())


main()
