#!/usr/bin/env python3
"""Compares a training step of `espalier train` with PyTorch's dense and masked ones, and with SciPy's sparse forward pass.

    sparse_step.py [--espalier .build/release/espalier] [--python PYTHON] [--widths 784,1000,100,10] [--density 0.05 0.02]

Random data of ten classes, batches of 100, Adam, one thread each; ours and the peer's take turns and the best of --rounds counts.
Ours has its topology static (a step) and as SET (a step with the update in every tenth). --python needs torch, numpy and scipy.
Prints Markdown; run it on a quiet machine.
"""
import argparse, json, os, subprocess, sys, tempfile

MAKE = """import numpy, scipy.io, sys
d, path = int(sys.argv[1]), sys.argv[2]
x = numpy.random.default_rng(0).normal(size=(2000, d)).astype("float32")
scipy.io.savemat(path, dict(X=x, Y=(numpy.arange(2000) % 10 + 1).astype("uint8").reshape(-1, 1)))"""


def ours(a, data, density, topology):
    widths = a.widths.split(",")
    command = [a.espalier, "train", data, "--network", "mlp:" + "-".join(widths[1:-1]), "--sparsity", f"{1 - density:.4f}",
               "--topology", topology, "--epochs", str(a.epochs), "--batch", "100", "--validation-fraction", "0", "--quiet", "--json"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)["cost"]["secondsPerStep"]


def theirs(a, density):
    script = os.path.join(os.path.dirname(__file__), "peers/sparse_step_reference.py")
    run = subprocess.run([a.python, script, "--widths", a.widths, "--density", str(density), "--steps", str(a.steps)],
                         capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)["results"][0]["seconds"]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--widths", default="784,1000,100,10"), p.add_argument("--density", type=float, nargs="+", default=[0.05, 0.02])
    p.add_argument("--epochs", type=int, default=5), p.add_argument("--steps", type=int, default=20)
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    print(f"{a.widths}, milliseconds per step (ratio to ours with SET)\n")
    print("| density | ours, static | ours, SET | PyTorch dense | PyTorch masked | masked after the step only |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "random.mat")
        subprocess.run([a.python, "-c", MAKE, a.widths.split(",")[0], data], check=True)
        for density in a.density:
            best = {}
            for _ in range(a.rounds):
                found = dict(static=ours(a, data, density, "static"), set=ours(a, data, density, "set"), **theirs(a, density))
                best = {name: min(value, best.get(name, value)) for name, value in found.items()}
            cell = lambda name: f"{best[name] * 1e3:.2f} ({best[name] / best['set']:.1f}x)"
            print(f"| {density} | {best['static'] * 1e3:.2f} | {best['set'] * 1e3:.2f} | "
                  + " | ".join(cell(name) for name in ("dense", "masked", "remasked")) + " |")
            print(f"SciPy's CSR forward pass: {best['csrForward'] * 1e3:.3f} ms, dense: {best['denseForward'] * 1e3:.3f} ms", file=sys.stderr)


if __name__ == "__main__":
    main()
