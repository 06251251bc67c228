"""Models of one operator each, for operators that no exporter here writes. Golden values made with onnxruntime 1.32."""

import numpy as np
import onnx
from onnx import TensorProto, helper

ROWS = np.random.default_rng(0).standard_normal((20, 3)).astype(np.float32)
GAPS = np.where(np.random.default_rng(1).random(ROWS.shape) < 0.3, np.nan, ROWS).astype(np.float32)
CHANCE = np.random.default_rng(2)


def table(node, *more):
    return [helper.make_node(node[0], node[1], node[2], domain="ai.onnx.ml", **node[3]), *more]


def reals(name, numbers):
    return helper.make_tensor(name, TensorProto.FLOAT, [len(numbers)], numbers)


# Two trees of three inner nodes, which compare in all four ways; half of them let missing features through.
TREES = dict(
    tree_roots=[0, 3], n_targets=2, aggregate_function=1, nodes_featureids=[0, 1, 2, 2, 0, 1],
    nodes_splits=reals("splits", [0.1, -0.3, 0.4, 0.0, 0.2, -0.1]),
    nodes_modes=helper.make_tensor("modes", TensorProto.UINT8, [6], [0, 1, 2, 3, 0, 2]),
    nodes_truenodeids=[1, 0, 2, 4, 4, 6], nodes_trueleafs=[0, 1, 1, 0, 1, 1],
    nodes_falsenodeids=[2, 1, 3, 5, 5, 7], nodes_falseleafs=[0, 1, 1, 0, 1, 1],
    nodes_missing_value_tracks_true=[1, 0, 1, 0, 1, 1], leaf_targetids=[0, 1, 0, 1, 1, 0, 1, 0],
    leaf_weights=reals("weights", CHANCE.standard_normal(8).astype(np.float32)))

VECTORS = dict(
    kernel_type="POLY", kernel_params=[0.5, 0.2, 3.0], vectors_per_class=[2, 1, 2, 1], classlabels_ints=[0, 1, 2, 3],
    support_vectors=CHANCE.standard_normal(18).astype(np.float32).tolist(), rho=[0.1, -0.2, 0.3, 0.0, 0.2, -0.1],
    coefficients=CHANCE.standard_normal(18).astype(np.float32).tolist())
CURVES = dict(prob_a=[-1.0, -2.0, -0.5, -1.5, -1.0, -0.7], prob_b=[0.1, 0.0, -0.2, 0.3, 0.0, 0.1])

MODELS = {
    "trees": (table(("TreeEnsemble", ["x"], ["y"], TREES)), GAPS),
    "machine-votes": (table(
        ("SVMClassifier", ["x"], ["class", "scores"], VECTORS),
        helper.make_node("Cast", ["class"], ["y"], to=TensorProto.FLOAT)), ROWS),
    "machine-coupled": (table(("SVMClassifier", ["x"], ["class", "y"], VECTORS | CURVES)), ROWS),
    "joined": (
        [helper.make_node("Neg", ["x"], ["minus"])]
        + table(("FeatureVectorizer", ["x", "minus"], ["y"], dict(inputdimensions=[5, 2]))), ROWS),
    "codes": (
        [helper.make_node("Cast", ["x"], ["whole"], to=TensorProto.INT64)]
        + table(("LabelEncoder", ["whole"], ["y"], dict(
            keys_int64s=[-1, 0, 1, 1], values_floats=[0.5, 1.5, 2.5, 9.0], default_float=-3.0))), ROWS * 2),
    "categories": (table(("OneHotEncoder", ["x"], ["y"], dict(cats_int64s=[-1, 0, 1], zeros=1))), ROWS * 2),
    "binary-linear": (table(("LinearClassifier", ["x"], ["class", "y"], dict(
        coefficients=[0.5, -1.0, 0.3], intercepts=[0.1], classlabels_ints=[0, 1], post_transform="NONE"))), ROWS),
}


def make(folder):
    for name, (nodes, rows) in MODELS.items():
        full = f"operators-{name}"
        if not folder.wants(full):
            continue
        with folder.making(full) as path:
            known = {output for node in nodes for output in node.output}
            kinds = [("class", TensorProto.INT64), ("y", TensorProto.FLOAT)]
            graph = helper.make_graph(
                nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])],
                [helper.make_tensor_value_info(output, kind, None) for output, kind in kinds if output in known])
            version = 5 if name == "trees" else 3
            onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[
                helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", version)]), path)
            folder.add(full, f"onnx {onnx.__version__}", [rows], output="y")
