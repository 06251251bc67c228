"""Boosted trees by LightGBM, XGBoost and CatBoost. Golden values made with lightgbm 4.7, xgboost 3.2, onnxmltools 1.16,
catboost 1.2.
"""

import numpy as np
import onnxmltools
from exporters_tables import IRIS, NUMBERS, TWO, WORDS, holes, rows_of
from onnxmltools.convert.common.data_types import FloatTensorType


def lightgbm_models():
    import lightgbm

    small = dict(n_estimators=4, num_leaves=4, min_child_samples=5, random_state=0, verbose=-1)
    kinds = {
        "classes": (lightgbm.LGBMClassifier(**small), IRIS),
        "words": (lightgbm.LGBMClassifier(**small), WORDS),
        "binary": (lightgbm.LGBMClassifier(**small), TWO),
        "numbers": (lightgbm.LGBMRegressor(**small), NUMBERS),
        "holes": (lightgbm.LGBMClassifier(**small), holes(IRIS)),
        "poisson": (lightgbm.LGBMRegressor(objective="poisson", **small), NUMBERS),
        "forest": (lightgbm.LGBMRegressor(boosting_type="rf", subsample=0.7, subsample_freq=1, **small), NUMBERS),
    }
    for name, (model, data) in kinds.items():
        yield name, model, data, onnxmltools.convert_lightgbm, lightgbm


def xgboost_models():
    import xgboost

    small = dict(n_estimators=4, max_depth=2, random_state=0)
    kinds = {
        "classes": (xgboost.XGBClassifier(**small), IRIS),
        "binary": (xgboost.XGBClassifier(**small), TWO),
        "numbers": (xgboost.XGBRegressor(**small), NUMBERS),
        "holes": (xgboost.XGBClassifier(**small), holes(IRIS)),
        "holes-binary": (xgboost.XGBClassifier(**small), holes(TWO)),
        "forest": (xgboost.XGBRFClassifier(**small), TWO),
        "poisson": (xgboost.XGBRegressor(objective="count:poisson", **small), NUMBERS),
        "logistic": (xgboost.XGBRegressor(objective="reg:logistic", **small), TWO),
    }
    for name, (model, data) in kinds.items():
        yield name, model, data, onnxmltools.convert_xgboost, xgboost


def catboost_models():
    import catboost

    small = dict(iterations=4, depth=2, random_seed=0, verbose=False, allow_writing_files=False)
    kinds = {
        "classes": (catboost.CatBoostClassifier(**small), IRIS),
        "words": (catboost.CatBoostClassifier(**small), WORDS),
        "binary": (catboost.CatBoostClassifier(**small), TWO),
        "numbers": (catboost.CatBoostRegressor(**small), NUMBERS),
        "holes": (catboost.CatBoostClassifier(**small), holes(IRIS)),
    }
    for name, (model, data) in kinds.items():
        yield name, model, data, None, catboost


def make(folder):
    for kind, models in (("lightgbm", lightgbm_models), ("xgboost", xgboost_models), ("catboost", catboost_models)):
        try:
            for number, (name, model, (inputs, targets), convert, package) in enumerate(models()):
                full = f"{kind}-{name}"
                if not folder.wants(full):
                    continue
                with folder.making(full) as path:
                    model.fit(inputs, targets)
                    if convert is None:
                        model.save_model(str(path), format="onnx")
                    else:
                        options = {"zipmap": False} if kind == "lightgbm" and number % 2 else {}
                        exported = convert(model, initial_types=[("X", FloatTensorType([None, inputs.shape[1]]))],
                                           target_opset=[15, 12, 14][number % 3], **options)
                        path.write_bytes(exported.SerializeToString())
                    folder.add(full, f"{kind} {package.__version__}", [rows_of(inputs).astype(np.float32)])
        except ImportError as error:
            print(f"{kind}: left out: pip install {error.name}")
