"""Models by scikit-learn's exporter. Golden values made with scikit-learn 1.9.1, skl2onnx 1.20, onnxruntime 1.32; those
of histograms need protobuf before 5.
"""

import warnings
import zlib

import numpy as np
import skl2onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType
from sklearn import ensemble, linear_model, naive_bayes, neighbors, neural_network, svm, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.mixture import GaussianMixture
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.cluster import KMeans
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer, MaxAbsScaler, MinMaxScaler, Normalizer, OneHotEncoder, OrdinalEncoder, PolynomialFeatures,
    PowerTransformer, QuantileTransformer, RobustScaler, StandardScaler)

IRIS = tuple(array.astype(kind) for array, kind in zip(load_iris(return_X_y=True), (np.float32, np.int64)))
TWO = (IRIS[0][50:], IRIS[1][50:] - 1)
WORDS = (IRIS[0], np.array(["setosa", "versicolor", "virginica"])[IRIS[1]])
NUMBERS = tuple(array[:150].astype(np.float32) for array in load_diabetes(return_X_y=True))
RANKS = (np.floor(IRIS[0] * 2).astype(np.int64), IRIS[1])
SKEWED = (IRIS[0], IRIS[1] * 2 + 5)


def holes(data):
    rows = data[0].copy()
    rows[np.random.default_rng(0).random(rows.shape) < 0.2] = np.nan
    return rows, data[1]


LOGISTIC = linear_model.LogisticRegression(max_iter=500)
MODELS = {
    "logistic": (LOGISTIC, IRIS),
    "logistic-words": (LOGISTIC, WORDS),
    "logistic-binary": (LOGISTIC, TWO),
    "logistic-numbers": (LOGISTIC, SKEWED),
    "logistic-rest": (OneVsRestClassifier(LOGISTIC), IRIS),
    "ridge-classifier": (linear_model.RidgeClassifier(), IRIS),
    "perceptron": (linear_model.Perceptron(), IRIS),
    "descent": (linear_model.SGDClassifier(loss="log_loss", random_state=0), IRIS),
    "descent-huber": (linear_model.SGDClassifier(loss="modified_huber", random_state=0), IRIS),
    "discriminant": (LinearDiscriminantAnalysis(), IRIS),
    "discriminant-quadratic": (QuadraticDiscriminantAnalysis(), IRIS),
    "bayes": (naive_bayes.GaussianNB(), IRIS),
    "bayes-counts": (naive_bayes.MultinomialNB(), IRIS),
    "bayes-binary": (naive_bayes.BernoulliNB(binarize=2.0), IRIS),
    "machine-linear": (svm.SVC(kernel="linear", probability=True, random_state=0), IRIS),
    "machine-radial": (svm.SVC(probability=True, random_state=0), IRIS),
    "machine-radial-binary": (svm.SVC(probability=True, random_state=0), TWO),
    "machine-polynomial": (svm.SVC(kernel="poly", coef0=0.5, probability=True, random_state=0), IRIS),
    "machine-sigmoid": (make_pipeline(StandardScaler(), svm.SVC(kernel="sigmoid", coef0=0.1, probability=True,
                                                              random_state=0)), IRIS),
    "machine-votes": (svm.SVC(decision_function_shape="ovo"), IRIS),
    "machine-votes-rest": (svm.SVC(), IRIS),
    "machine-votes-binary": (svm.SVC(), TWO),
    "machine-words": (svm.SVC(probability=True, random_state=0), WORDS),
    "machine-nu": (svm.NuSVC(nu=0.2, probability=True, random_state=0), IRIS),
    "machine-plain": (svm.LinearSVC(), IRIS),
    "machine-calibrated": (CalibratedClassifierCV(svm.LinearSVC(), cv=2), IRIS),
    "machine-numbers": (svm.SVR(C=50), NUMBERS),
    "machine-numbers-linear": (svm.SVR(kernel="linear", C=50), NUMBERS),
    "machine-numbers-polynomial": (svm.SVR(kernel="poly", C=50), NUMBERS),
    "machine-numbers-nu": (svm.NuSVR(C=50), NUMBERS),
    "machine-novelty": (svm.OneClassSVM(nu=0.2), IRIS),
    "perceptrons": (neural_network.MLPClassifier((6,), max_iter=50, random_state=0), IRIS),
    "perceptrons-tanh": (neural_network.MLPClassifier((5, 4), activation="tanh", max_iter=50, random_state=0), TWO),
    "perceptrons-numbers": (neural_network.MLPRegressor(
        hidden_layer_sizes=(6,), activation="logistic", max_iter=50, random_state=0), NUMBERS),
    "tree": (tree.DecisionTreeClassifier(max_depth=3, random_state=0), IRIS),
    "tree-words": (tree.DecisionTreeClassifier(max_depth=3, random_state=0), WORDS),
    "tree-numbers": (tree.DecisionTreeRegressor(max_depth=3, random_state=0), NUMBERS),
    "tree-holes": (tree.DecisionTreeClassifier(max_depth=3, random_state=0), holes(IRIS)),
    "forest": (ensemble.RandomForestClassifier(4, max_depth=3, random_state=0), IRIS),
    "forest-holes": (ensemble.RandomForestClassifier(4, max_depth=3, random_state=0), holes(IRIS)),
    "forest-words": (ensemble.RandomForestClassifier(4, max_depth=3, random_state=0), WORDS),
    "forest-numbers": (ensemble.RandomForestRegressor(4, max_depth=3, random_state=0), NUMBERS),
    "extra-trees": (ensemble.ExtraTreesClassifier(4, max_depth=3, random_state=0), IRIS),
    "boosted": (ensemble.GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), IRIS),
    "boosted-binary": (ensemble.GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), TWO),
    "boosted-numbers": (ensemble.GradientBoostingRegressor(n_estimators=4, max_depth=2, random_state=0), NUMBERS),
    "histogram": (ensemble.HistGradientBoostingClassifier(max_iter=4, max_depth=2, random_state=0), IRIS),
    "histogram-binary": (ensemble.HistGradientBoostingClassifier(max_iter=4, max_depth=2, random_state=0), TWO),
    "histogram-holes": (ensemble.HistGradientBoostingClassifier(max_iter=4, max_depth=2, random_state=0), holes(IRIS)),
    "histogram-numbers": (ensemble.HistGradientBoostingRegressor(max_iter=4, max_depth=2, random_state=0), NUMBERS),
    "adaptive": (ensemble.AdaBoostClassifier(n_estimators=4, random_state=0), IRIS),
    "bagging": (ensemble.BaggingClassifier(LOGISTIC, n_estimators=3, random_state=0), IRIS),
    "voting": (ensemble.VotingClassifier(
        [("a", LOGISTIC), ("b", tree.DecisionTreeClassifier(max_depth=2))], voting="soft", flatten_transform=False), IRIS),
    "stacking": (ensemble.StackingClassifier([("a", LOGISTIC), ("b", tree.DecisionTreeClassifier(max_depth=2))]), IRIS),
    "isolation": (ensemble.IsolationForest(n_estimators=4, max_samples=16, random_state=0), IRIS),
    "neighbors": (neighbors.KNeighborsClassifier(3), (IRIS[0][::5], IRIS[1][::5])),
    "neighbors-weighted": (neighbors.KNeighborsClassifier(3, weights="distance"), (IRIS[0][::5], IRIS[1][::5])),
    "neighbors-numbers": (neighbors.KNeighborsRegressor(3), (NUMBERS[0][::5], NUMBERS[1][::5])),
    "neighbors-distances": (neighbors.KNeighborsClassifier(3), (IRIS[0][::5], IRIS[1][::5])),
    "neighbors-numbers-distances": (neighbors.KNeighborsRegressor(3), (NUMBERS[0][::5], NUMBERS[1][::5])),
    "process-distances": (GaussianProcessRegressor(alpha=10), (NUMBERS[0][:20], NUMBERS[1][:20])),
    "linear": (linear_model.LinearRegression(), NUMBERS),
    "ridge": (linear_model.Ridge(), NUMBERS),
    "lasso-two": (linear_model.MultiTaskLasso(0.1), (NUMBERS[0], np.stack([NUMBERS[1], -NUMBERS[1]], 1))),
    "poisson": (linear_model.PoissonRegressor(), NUMBERS),
    "several": (MultiOutputRegressor(linear_model.Ridge()), (NUMBERS[0], np.stack([NUMBERS[1], -NUMBERS[1]], 1))),
    "process": (GaussianProcessRegressor(alpha=10), (NUMBERS[0][:20], NUMBERS[1][:20])),
    "scaled": (make_pipeline(StandardScaler(), LOGISTIC), IRIS),
    "scaled-range": (make_pipeline(MinMaxScaler(clip=True), LOGISTIC), IRIS),
    "scaled-most": (make_pipeline(MaxAbsScaler(), RobustScaler(), LOGISTIC), IRIS),
    "imputed": (make_pipeline(SimpleImputer(), StandardScaler(), LOGISTIC), holes(IRIS)),
    "imputed-neighbors": (make_pipeline(KNNImputer(n_neighbors=2), LOGISTIC), (holes(IRIS)[0][::5], IRIS[1][::5])),
    "components": (make_pipeline(StandardScaler(), PCA(2, whiten=True), LOGISTIC), IRIS),
    "components-svd": (make_pipeline(TruncatedSVD(2), LOGISTIC), IRIS),
    "products": (make_pipeline(PolynomialFeatures(2), StandardScaler(), LOGISTIC), IRIS),
    "power": (make_pipeline(PowerTransformer(), LOGISTIC), IRIS),
    "quantiles": (make_pipeline(QuantileTransformer(n_quantiles=10), LOGISTIC), IRIS),
    "bins": (make_pipeline(KBinsDiscretizer(3, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
                           LOGISTIC), IRIS),
    "bins-ordinal": (make_pipeline(KBinsDiscretizer(3, encode="ordinal", quantile_method="averaged_inverted_cdf"),
                                   LOGISTIC), IRIS),
    "selected": (make_pipeline(SelectKBest(k=2), VarianceThreshold(), LOGISTIC), IRIS),
    "union": (make_pipeline(FeatureUnion([("a", StandardScaler()), ("b", PCA(2))]), LOGISTIC), IRIS),
    "columns": (make_pipeline(ColumnTransformer([
        ("a", StandardScaler(), [2, 0]), ("b", Normalizer(), [1, 3])]), LOGISTIC), IRIS),
    "one-hot": (make_pipeline(OneHotEncoder(handle_unknown="ignore", sparse_output=False), LOGISTIC), RANKS),
    "one-hot-columns": (make_pipeline(ColumnTransformer([
        ("a", OneHotEncoder(handle_unknown="ignore", sparse_output=False), [0, 3]), ("b", StandardScaler(), [1, 2])]),
        LOGISTIC), (np.floor(IRIS[0] * 2), IRIS[1])),
    "ordinal": (make_pipeline(OrdinalEncoder(), LOGISTIC), RANKS),
    "clusters": (KMeans(3, n_init=1, random_state=0), IRIS),
    "mixture": (GaussianMixture(2, random_state=0), IRIS),
}
OPSETS = [17, 15, 18, 21, 13, 11]
# Converters that write newer forms only.
PINNED = {"imputed-neighbors": 18, "discriminant-quadratic": 13}


def rows_of(data):
    return data[:: max(1, len(data) // 25)]


def make(folder):
    exporter = f"skl2onnx {skl2onnx.__version__}"
    for name, (model, (inputs, targets)) in MODELS.items():
        number = zlib.crc32(name.encode())
        opset = PINNED.get(name, OPSETS[number % len(OPSETS)])
        full = f"tables-{name}-{opset}"
        if not folder.wants(full):
            continue
        with folder.making(full) as path:
            model.fit(inputs, targets)
            kind = Int64TensorType if inputs.dtype.kind == "i" else FloatTensorType
            options = {}
            # Every third classifier keeps the map of class names to probabilities that is the default.
            if hasattr(model, "predict_proba") and number % 3 and name != "mixture":
                options["zipmap"] = False
            if name.endswith("-distances"):
                # Else they are computed in a loop of the file's.
                options["optim"] = "cdist"
            if name == "machine-votes" or name == "descent-huber":
                options["raw_scores"] = True
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exported = skl2onnx.convert_sklearn(
                    model, initial_types=[("X", kind([None, inputs.shape[1]]))],
                    target_opset={"": opset, "ai.onnx.ml": 1 if opset < 12 else 3},
                    options={id(model): options} if options else None)
            path.write_bytes(exported.SerializeToString())
            wanted = {"neighbors-weighted": "probabilities"}.get(name)
            # Sums of large kernels that cancel have few digits in single precision.
            tolerance = 1e-3 if name.startswith("process") else 1e-4
            folder.add(full, exporter, [rows_of(inputs)], output=wanted, tolerance=tolerance)
