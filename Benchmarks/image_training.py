#!/usr/bin/env python3
"""Compares what `espalier train` and PyTorch reach on CIFAR-10: a ResNet-18 of width 0.25, the same recipe and seeds on both sides.

    image_training.py TRAINING TEST [--espalier .build/release/espalier] [--python PYTHON] [--seeds 3] [--epochs 8] [--theirs FILE]

TRAINING and TEST are binary files of CIFAR-10, which may be gzipped. What the recipe is stands in peers/torch_image_training.py, whose
output of all seeds, a line each, --theirs can name where it is known. One thread each. Prints Markdown.
"""
import argparse, json, os, statistics, subprocess, sys


def run(command):
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr)
    return json.loads(found.stdout)


def ours(a, seed):
    found = run([a.espalier, "train", a.training, "--test", a.test, "--network", "resnet18-cifar", "--width", "0.25",
                 "--epochs", str(a.epochs), "--batch", "64", "--validation-fraction", "0", "--scale", "standard",
                 "--optimizer", "sgd", "--learning-rate", "0.05", "--weight-decay", "0.0005", "--schedule", "cosine",
                 "--augment", "flip,crop:4", "--seed", str(seed), "--quiet", "--json"])
    return dict(seed=seed, training=[e["trainingAccuracy"] for e in found["history"]], test=found["test"]["value"],
                topFive=found["test"]["topFive"], seconds=found["cost"]["seconds"])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("training"), p.add_argument("test")
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--seeds", type=int, default=3), p.add_argument("--epochs", type=int, default=8)
    p.add_argument("--theirs")
    a = p.parse_args()
    script = os.path.join(os.path.dirname(__file__), "peers/torch_image_training.py")
    theirs = lambda seed: run([a.python, script, a.training, a.test, "--epochs", str(a.epochs), "--seed", str(seed)])
    print("| | test accuracy | of each seed | top-5 | training accuracy at the end | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    known = [json.loads(line) for line in open(a.theirs)] if a.theirs else None
    for name, results in [("ours", (ours(a, s) for s in range(a.seeds))),
                          ("PyTorch", iter(known) if known else (theirs(s) for s in range(a.seeds)))]:
        results = list(results)
        tests = [r["test"] for r in results]
        mean = lambda key: statistics.mean(r[key] for r in results)
        print(f"| {name} | {statistics.mean(tests):.4f} ± {statistics.stdev(tests):.4f} | "
              f"{', '.join(f'{t:.4f}' for t in tests)} | {mean('topFive'):.4f} | "
              f"{statistics.mean(r['training'][-1] for r in results):.4f} | {mean('seconds'):.0f} |", flush=True)


main()
