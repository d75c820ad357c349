#!/usr/bin/env python3
"""Compares `espalier measure --network` with PyTorch and onnxruntime on the same networks, one thread each.

    networks.py [--espalier .build/release/espalier] [--python PYTHON] [--networks resnet18-cifar:32x32x3 ...] [--training]

Ours and the peers take turns; the best median of --rounds counts, for PyTorch in its better memory layout. --python needs torch,
torchvision, onnx and onnxruntime; --peers torch leaves the last two out, and so does --training. Prints Markdown; run it on a quiet
machine.
"""
import argparse, json, os, subprocess, sys

NETWORKS = ["resnet18-cifar:32x32x3", "mobilenet-v2:64x64x3", "vgg16-bn:32x32x3", "swin-tiny:64x64x3"]


def run(command):
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr)
    return json.loads(found.stdout.splitlines()[-1] if "networks.py" in " ".join(command) else found.stdout)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--networks", nargs="+", default=NETWORKS), p.add_argument("--training", action="store_true")
    p.add_argument("--batch", type=int, nargs="+"), p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seconds", type=float, default=2)
    p.add_argument("--peers", nargs="+", choices=["torch", "onnxruntime"], default=["torch", "onnxruntime"])
    a = p.parse_args()
    peers = ["torch"] if a.training else a.peers
    script = lambda peer: os.path.join(os.path.dirname(__file__), f"peers/{peer}_networks.py")
    flags = ["--training"] * a.training
    print("| network | batch | ours, ms |" + "".join(f" {peer}, ms | ratio |" for peer in peers))
    print("| --- | --- | --- |" + " --- | --- |" * len(peers))
    for name, image in (n.split(":") for n in a.networks):
        for batch in a.batch or ([32] if a.training else [1, 64]):
            shared = ["--image", image, "--seconds", str(a.seconds), *flags]
            ours, theirs = [], {peer: [] for peer in peers}
            for _ in range(a.rounds):
                found = run([a.espalier, "measure", "--network", name, "--classes", "10", "--batch", str(batch), "--json", *shared])
                ours.append(found["batches"][0]["medianSeconds"])
                for peer in peers:
                    found = run([*a.python.split(), script(peer), name, str(batch), *shared])
                    theirs[peer] += [(v["median"], way) for way, v in found.items()]
            line = f"| {name} {image} | {batch} | {min(ours) * 1e3:.2f} |"
            for peer in peers:
                best, way = min(theirs[peer])
                line += f" {best * 1e3:.2f}{' ' + way if peer == 'torch' else ''} | {best / min(ours):.2f}x |"
            print(line, flush=True)


main()
