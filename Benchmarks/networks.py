#!/usr/bin/env python3
"""Compares `espalier measure --network` with PyTorch on the same networks, one thread each.

    networks.py [--espalier .build/release/espalier] [--python PYTHON] [--networks resnet18-cifar:32x32x3 ...] [--training]

Ours and the peer's take turns; the best median of --rounds counts, for the peer in its better memory layout. --python needs torch and
torchvision. Prints Markdown; run it on a quiet machine.
"""
import argparse, json, os, subprocess, sys

NETWORKS = ["resnet18-cifar:32x32x3", "mobilenet-v2:64x64x3", "vgg16-bn:32x32x3", "swin-tiny:64x64x3"]


def run(command):
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr)
    return json.loads(found.stdout)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--networks", nargs="+", default=NETWORKS), p.add_argument("--training", action="store_true")
    p.add_argument("--batch", type=int, nargs="+"), p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seconds", type=float, default=2)
    a = p.parse_args()
    peer = [*a.python.split(), os.path.join(os.path.dirname(__file__), "peers/torch_networks.py")]
    flags = ["--training"] * a.training
    print("| network | batch | ours, ms | PyTorch, ms | its layout | ratio |\n| --- | --- | --- | --- | --- | --- |")
    for name, image in (n.split(":") for n in a.networks):
        for batch in a.batch or ([32] if a.training else [1, 64]):
            shared = ["--image", image, "--seconds", str(a.seconds), *flags]
            ours, theirs = [], []
            for _ in range(a.rounds):
                found = run([a.espalier, "measure", "--network", name, "--classes", "10", "--batch", str(batch), "--json", *shared])
                ours.append(found["batches"][0]["medianSeconds"])
                found = run([*peer, name, str(batch), *shared])
                theirs += [(v["median"], layout) for layout, v in found.items()]
            best, layout = min(theirs)
            print(f"| {name} {image} | {batch} | {min(ours) * 1e3:.2f} | {best * 1e3:.2f} | {layout} | {best / min(ours):.2f}x |", flush=True)


main()
