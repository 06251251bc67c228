"""Makes models of tables as scikit-learn's exporter writes them, with the outputs of ONNX Runtime.

Needs: scikit-learn, skl2onnx, onnxruntime (golden values made with 1.9.1, 1.20.0, 1.32.0).
Usage: python3 tables.py [FOLDER]
"""

import pathlib
import sys
import warnings

import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, Normalizer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "tables")
folder.mkdir(exist_ok=True)
iris, cancer, diabetes = load_iris(return_X_y=True), load_breast_cancer(return_X_y=True), load_diabetes(return_X_y=True)

MODELS = {
    "logistic": (LogisticRegression(max_iter=500), iris),
    "logistic-binary": (make_pipeline(StandardScaler(), LogisticRegression()), cancer),
    "linear": (LinearRegression(), diabetes),
    "imputed": (make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), iris),
    "normalized": (make_pipeline(Normalizer("l1"), LogisticRegression()), iris),
    "binarized": (make_pipeline(Binarizer(threshold=2.0), LogisticRegression()), iris),
    "columns": (
        make_pipeline(
            ColumnTransformer([("a", StandardScaler(), [2, 0]), ("b", Normalizer(), [1, 3])]),
            LogisticRegression()), iris),
    "network": (MLPClassifier((8,), max_iter=100, random_state=0), iris),
    "tree": (DecisionTreeClassifier(random_state=0), iris),
    "forest": (RandomForestClassifier(5, max_depth=4, random_state=0), cancer),
    "boosted": (GradientBoostingClassifier(n_estimators=5, random_state=0), iris),
    "boosted-binary": (GradientBoostingClassifier(n_estimators=5, random_state=0), cancer),
    "forest-of-numbers": (RandomForestRegressor(4, max_depth=4, random_state=0), diabetes),
    "boosted-numbers": (GradientBoostingRegressor(n_estimators=5, random_state=0), diabetes),
}

for name, (model, (inputs, targets)) in MODELS.items():
    inputs = inputs.astype(np.float32)
    model.fit(inputs, targets)
    kind = [("X", FloatTensorType([None, inputs.shape[1]]))]
    # Some keep the map of class names to probabilities that is the exporter's default.
    plain = hasattr(model, "predict_proba") and name not in ("logistic", "forest")
    exported = convert_sklearn(
        model, initial_types=kind, target_opset=17, options={id(model): {"zipmap": False}} if plain else None)
    data = exported.SerializeToString()
    (folder / f"{name}.onnx").write_bytes(data)
    rows = inputs[:: max(1, len(inputs) // 30)]
    outputs = onnxruntime.InferenceSession(data).run(None, {"X": rows})[-1]
    if isinstance(outputs, list):
        outputs = np.array([list(row.values()) for row in outputs], np.float32)
    np.savez_compressed(folder / f"{name}.npz", x=rows, scores=outputs.astype(np.float32))
