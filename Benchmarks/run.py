"""Runs Assay and its peers in turn, several rounds, and prints medians and ratios.

Usage: run.py ASSAY_BENCHMARKS MODEL.onnx DATA.npz [NAME …]

Peers come from the package index. auto_LiRPA there is version 0.3, which runs with no PyTorch of today; ASSAY_AUTO_LIRPA
names a folder with the source of a later one. Rows that are left out are named at the end, with how to get them.
"""

import datetime

import json
import os
import pathlib
import statistics
import subprocess
import sys

ROUNDS = 5
HOW_TO_GET = {
    "auto_LiRPA": "git clone https://github.com/Verified-Intelligence/auto_LiRPA (a050a3d was measured), then "
                  "ASSAY_AUTO_LIRPA=its-folder ./bench"}
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


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(": ", 1)[1]
    return "an unknown processor"


def main():
    binary, model, data, *names = sys.argv[1:]
    peers = pathlib.Path(__file__).with_name("peers.py")
    print(f"{processor()}, {os.cpu_count()} cores, {datetime.date.today()}")
    left_out = {}
    print(f"{'work':<24}{'peer':<14}{'assay ms':>10}{'peer ms':>10}{'ratio':>8}{'wanted':>8}   results")
    for name, peer, wanted in ENTRIES:
        if names and name not in names:
            continue
        if peer == "auto_LiRPA" and not LIRPA:
            left_out.setdefault(peer, []).append(name)
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
    for peer, rows in left_out.items():
        print(f"Left out, because {peer} is not there: {', '.join(rows)}.\nTo get it: {HOW_TO_GET[peer]}")


main()
