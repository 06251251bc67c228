"""Runs Assay and its peers in turn, several rounds, and prints medians and ratios.

Usage: run.py ASSAY_BENCHMARKS MODEL.onnx DATA.npz [NAME …]

auto_LiRPA is in no package registry: ASSAY_AUTO_LIRPA names a folder with its source tree (commit a050a3d was
measured). Without it those entries are left out.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

ROUNDS = 5
LIRPA = os.environ.get("ASSAY_AUTO_LIRPA")
ENVIRONMENT = {**os.environ, "PYTHONPATH": LIRPA} if LIRPA else os.environ
# name, peer, the least ratio that is asked for (None where the peer is only shown)
ENTRIES = [
    ("logits", "torch", 1.0),
    ("logits", "onnxruntime", None),
    ("train-mlp", "torch", 1.5),
    ("train-cnn", "torch", 1.0),
    ("attack", "torchattacks", 2.0),
    ("smoothing", "torch", 1.5),
    ("interval-mlp", "auto_LiRPA", None),
    ("crown-mlp", "auto_LiRPA", 3.0),
    ("crown-mlp-proven", "auto_LiRPA", None),
    ("alpha-crown-mlp", "auto_LiRPA", 5.0),
    ("alpha-crown-mlp-proven", "auto_LiRPA", None),
    ("interval-cnn", "auto_LiRPA", None),
    ("crown-cnn", "auto_LiRPA", 3.0),
    ("crown-cnn-proven", "auto_LiRPA", None),
    ("alpha-crown-cnn", "auto_LiRPA", 5.0),
    ("alpha-crown-cnn-proven", "auto_LiRPA", None),
]


def timed(command):
    line = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout.splitlines()[-1]
    answer = json.loads(line)
    return answer["milliseconds"], answer["result"]


def main():
    binary, model, data, *names = sys.argv[1:]
    peers = pathlib.Path(__file__).with_name("peers.py")
    print(f"{'work':<24}{'peer':<14}{'assay ms':>10}{'peer ms':>10}{'ratio':>8}{'wanted':>8}   results")
    for name, peer, wanted in ENTRIES:
        if names and name not in names:
            continue
        if peer == "auto_LiRPA" and not LIRPA:
            print(f"{name:<24}left out: ASSAY_AUTO_LIRPA names no folder", flush=True)
            continue
        own, other = [], []
        for _ in range(ROUNDS):
            times, result = timed([binary, name, model, data])
            own += times
            times, reference = timed([sys.executable, str(peers), name, peer, model, data])
            other += times
        mine, theirs = statistics.median(own), statistics.median(other)
        goal = f"{wanted:.1f}" if wanted else "-"
        print(f"{name:<24}{peer:<14}{mine:>10.2f}{theirs:>10.2f}{theirs / mine:>8.2f}{goal:>8}   "
              f"{result:.4f} and {reference:.4f}", flush=True)


main()
