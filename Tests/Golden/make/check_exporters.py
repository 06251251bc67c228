"""Lets a built `assay` read every model that `exporters.py` made, and compares its scores with ONNX Runtime's.

Usage: python3 check_exporters.py FOLDER ASSAY [WORD ...]
The words pick the models whose names hold one of them. Prints a line a model (agrees, differs, refused with the
reason, or crashed) and the counts; exits with 1 if any differs or crashed. A refusal is an honest answer.

Needs: numpy.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np


def check(entry, folder, binary):
    name = entry["name"]
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "scores.npz"
        call = [binary, "predict", folder / f"{name}.onnx", folder / f"{name}.npz", "--out", out, "--quiet"]
        try:
            done = subprocess.run(call, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            return "crashed", "it takes more than two minutes"
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        if done.returncode < 0 or done.returncode > 100 or any("Fatal error" in line for line in said):
            return "crashed", next((line for line in said if "rror" in line), f"exit {done.returncode}")
        if done.returncode != 0 or not out.exists():
            return "refused", next((line for line in said if line.startswith("Error")), said[0] if said else "no word")
        scores = np.load(out)["scores"].astype(np.float64)
    expected = np.load(folder / f"{name}.npz")["scores"].astype(np.float64)
    if scores.size != expected.size:
        return "differs", f"shape {list(scores.shape)} instead of {list(expected.shape)}"
    gap = np.abs(scores.reshape(expected.shape) - expected)
    wrong = ~(gap <= entry["tolerance"] * (1 + np.abs(expected)))
    if wrong.any():
        return "differs", f"{wrong.sum()} of {wrong.size} numbers, by up to {np.nanmax(gap):.3g}"
    return "agrees", f"within {gap.max():.1g}"


def main():
    folder, binary, words = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    entries = json.loads((folder / "index.json").read_text())
    entries = [e for e in entries if not words or any(word in e["name"] for word in words)]
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        results = pool.map(lambda entry: check(entry, folder, binary), entries)
        for entry, (verdict, line) in zip(entries, results):
            counts[verdict] += 1
            print(f"{verdict:8} {entry['name']:48} {line}", flush=True)
    print(", ".join(f"{counts[v]} {v}" for v in ("agrees", "refused", "differs", "crashed")))
    sys.exit(1 if counts["differs"] or counts["crashed"] else 0)


if __name__ == "__main__":
    main()
