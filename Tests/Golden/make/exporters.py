"""Makes small models with the exporters that people use, with the outputs of ONNX Runtime.

Usage: python3 exporters.py FOLDER [WORD ...]
The words pick the models whose names hold one of them; without words all are made. A family whose package is
missing is left out, with a line that says what to install. `check_exporters.py` lets a built `assay` read what this
makes, and `keep_exporters.py` copies what the tests read.

Packages that do not go together may be in several environments: a folder keeps what an earlier run made.

Needs: numpy, onnx, onnxruntime; and, each for its family: torch with onnxscript; scikit-learn with skl2onnx;
lightgbm and xgboost with onnxmltools; catboost; keras with torch; jax with jax2onnx; tensorflow with tf2onnx;
paddlepaddle with paddle2onnx.
"""

import contextlib
import importlib
import json
import logging
import os
import pathlib
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import onnx
import onnxruntime

# What a module's package is called where it is not called the same.
PACKAGES = {"sklearn": "scikit-learn", "paddle": "paddlepaddle"}
FAMILIES = [
    "torch", "recurrent", "quantized", "tables", "boosting", "operators", "keras", "jax", "tensorflow", "paddle"]


class Folder:
    """Where models go: each as NAME.onnx, with inputs and outputs in NAME.npz and a line in index.json."""

    def __init__(self, path, words):
        self.path, self.words, self.index = pathlib.Path(path), words, {}
        self.path.mkdir(parents=True, exist_ok=True)
        listed = self.path / "index.json"
        if listed.exists():
            self.index = {entry["name"]: entry for entry in json.loads(listed.read_text())}

    def wants(self, name):
        return not self.words or any(word in name for word in self.words)

    @contextlib.contextmanager
    def making(self, name):
        """Keeps what an exporter says from the terminal, and tells of a model that cannot be made in one line."""
        failure = None
        try:
            with silence(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield self.path / f"{name}.onnx"
        except Exception as error:
            failure = error
        if failure is not None:
            lines = str(failure).strip().splitlines()
            print(f"{name}: not made: {type(failure).__name__}: {lines[0][:150] if lines else ''}", flush=True)
            self.path.joinpath(f"{name}.onnx").unlink(missing_ok=True)
            self.index.pop(name, None)

    def add(self, name, exporter, inputs, *, expected=None, tolerance=1e-4, plain=False, singly=False,
            output=None):
        """Runs a model that lies in the folder and notes what it gave.

        `inputs` are arrays in the order of the model's inputs. `expected` stands in for ONNX Runtime where it lacks
        an operator for the type; `plain` keeps it from rewriting the graph, so that rounded numbers are rounded
        where the file says; `singly` gives it one example at a time, where a model scales by all that it gets.
        """
        path = self.path / f"{name}.onnx"
        model = onnx.load(path, load_external_data=False)
        known = {tensor.name for tensor in model.graph.initializer}
        names = [value.name for value in model.graph.input if value.name not in known]
        assert len(names) == len(inputs), f"{names} for {len(inputs)} arrays"
        if expected is None:
            output, expected = run(path, names, inputs, plain, singly, output)
        else:
            output = output or model.graph.output[0].name
        expected = np.asarray(expected)
        assert np.isfinite(expected.astype(np.float64)).all(), "its outputs are not finite"
        # One input is called what data files call it.
        keys = ["x"] if len(names) == 1 else names
        arrays = {key: widened(array) for key, array in zip(keys, inputs)}
        np.savez_compressed(self.path / f"{name}.npz", scores=widened(expected), **arrays)
        opsets = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
        self.index[name] = {
            "name": name, "exporter": exporter, "opsets": opsets, "inputs": names, "output": output,
            "tolerance": tolerance, "operators": sorted({node.op_type for node in model.graph.node}),
        }
        # After each model: some exporters end the whole process.
        self.write_index()

    def write_index(self):
        entries = [self.index[name] for name in sorted(self.index)]
        (self.path / "index.json").write_text("[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")


@contextlib.contextmanager
def silence():
    """Sends what Python and the libraries below it write nowhere."""
    sys.stdout.flush(), sys.stderr.flush()
    kept, nowhere = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1), os.dup2(nowhere, 2)
        yield
    finally:
        sys.stdout.flush(), sys.stderr.flush()
        os.dup2(kept[0], 1), os.dup2(kept[1], 2)
        for number in [nowhere, *kept]:
            os.close(number)


def run(path, names, inputs, plain=False, singly=False, wanted=None):
    """The name and the values of the first output of real numbers, or of the one that is wanted.

    A model of one size of batch, or of one vector, is run on the rows piece by piece.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if plain:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    first = session.get_inputs()[0].shape
    if len(first) < inputs[0].ndim:
        pieces = [[array[row] for array in inputs] for row in range(len(inputs[0]))]
        stack = np.stack
    else:
        size = first[0] if isinstance(first[0], int) else 1 if singly else len(inputs[0])
        pieces = [[array[row:row + size] for array in inputs] for row in range(0, len(inputs[0]), size)]
        stack = np.concatenate
    for value in session.get_outputs():
        is_wanted = value.name == wanted if wanted else any(w in value.type for w in ("float", "double", "map"))
        if is_wanted:
            results = []
            for piece in pieces:
                outputs = session.run([value.name], dict(zip(names, piece)))[0]
                if isinstance(outputs, list):
                    outputs = np.array([list(row.values()) for row in outputs], np.float32)
                results.append(outputs)
            return value.name, stack(results) if len(results) > 1 else results[0]
    raise ValueError("it has no output of real numbers")


def widened(array):
    """The array in a type that every reader of NPZ files knows."""
    return array.astype(np.float32) if array.dtype.kind not in "iufb" or array.dtype == np.float16 else array


def main():
    folder = Folder(sys.argv[1], sys.argv[2:])
    logging.disable(logging.WARNING)
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    for family in FAMILIES:
        try:
            with silence():
                module = importlib.import_module(f"exporters_{family}")
        except ImportError as error:
            print(f"{family}: left out: pip install {PACKAGES.get(error.name, error.name)}")
            continue
        module.make(folder)
    size = sum(file.stat().st_size for file in folder.path.iterdir())
    print(f"{len(folder.index)} models, {size // 1024} kB in {folder.path}")


if __name__ == "__main__":
    main()
