"""Copies the models that the tests read, one for each mechanism, from what `exporters.py` made.

Usage: python3 keep_exporters.py FOLDER [GOLDEN]
"""

import json
import pathlib
import shutil
import sys

KEPT = [
    "torchscript-lstm-both-ways", "torchscript-gru-both-ways", "torchscript-rnn-relu", "torchscript-einsum-heads",
    "dynamo-pixel-shuffle", "torchscript-response-norm", "torchscript-average-pool-uncounted",
    "torchscript-upsample-bicubic", "torchscript-pad-reflect", "torchscript-class-token", "dynamo-attention-causal",
    "dynamo-open-image", "dynamo-image-and-tokens", "torchscript-embedding-masked", "torchscript-half-17",
    "dynamo-bfloat16", "dynamo-double-linear", "quantized-qdq-channels", "quantized-operators-residual",
    "quantized-dynamic-conv", "quantized-weights-4", "converted-half-inside", "tables-machine-radial-binary",
    "tables-machine-sigmoid", "tables-machine-numbers-nu", "tables-isolation", "tables-histogram-holes",
    "tables-bagging", "tables-neighbors-distances",
    "tables-one-hot-columns", "lightgbm-holes", "xgboost-holes-binary", "catboost-words", "keras-convolutional",
    "jax-attentive", "tensorflow-separable", "paddle-attentive", "operators-trees", "operators-machine-votes",
    "operators-machine-coupled", "operators-joined", "operators-codes", "operators-categories",
    "operators-binary-linear",
]


def main():
    source = pathlib.Path(sys.argv[1])
    golden = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent.parent / "exporters"
    golden.mkdir(exist_ok=True)
    entries = []
    for name in KEPT:
        found = [e for e in json.loads((source / "index.json").read_text())
                 if e["name"].startswith(name) and e["name"][len(name):].strip("-0123456789") == ""]
        if len(found) != 1:
            sys.exit(f"{name}: {len(found)} models of this name")
        for file in source.glob(f"{found[0]['name']}.*"):
            shutil.copy(file, golden / file.name)
        entries.append(found[0])
    (golden / "index.json").write_text("[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")
    print(f"{len(entries)} models, {sum(f.stat().st_size for f in golden.iterdir()) // 1024} kB in {golden}")


if __name__ == "__main__":
    main()
