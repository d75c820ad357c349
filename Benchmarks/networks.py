#!/usr/bin/env python3
"""Compares `espalier measure --network` with PyTorch and onnxruntime on the same networks, one thread each.

    networks.py [--espalier .build/release/espalier] [--python PYTHON] [--networks resnet18-cifar:32x32x3 mlp:1000-100:784 ...]
                [--training] [--memory]

Ours and the peers take turns; the best median of --rounds counts, for PyTorch in its better memory layout. --python needs torch,
torchvision, onnx and onnxruntime; --peers torch leaves the last two out, and so does --training. With --memory the peak memory of a
training step is compared instead: that of the whole process, and for PyTorch also what it took before it had a network, most of it
libraries. Prints Markdown; run it on a quiet machine.
"""
import argparse, json, os, subprocess, sys

NETWORKS = ["resnet18-cifar:32x32x3", "mobilenet-v2:64x64x3", "vgg16-bn:32x32x3", "swin-tiny:64x64x3"]


def run(command):
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr)
    return json.loads(found.stdout.splitlines()[-1] if "networks.py" in " ".join(command) else found.stdout)


def memory(a, peer, name, image, batch):
    """A row of the table of peak memory, in MiB."""
    mib, theirs = lambda bytes: f"{bytes / 2**20:.0f}", []
    own = []
    for flags in ([], ["--save-memory"]):
        found = run([a.espalier, "measure", *network(name, image), "--batch", str(batch), "--json", "--training", "--seconds", "0.01", *flags])
        own.append(found["batches"][0]["peakBytes"])
    for layout in ("contiguous_format", "channels_last"):
        found = run([*peer, name, str(batch), "--image", image, "--training", "--seconds", "0.01", "--layout", layout])[layout]
        theirs.append((found["peakBytes"], found["startBytes"], layout))
    best = min(theirs)
    least = min(peak - start for peak, start, _ in theirs)
    print(f"| {name} {image} | {batch} | {mib(own[0])} | {mib(own[1])} | {mib(best[0])} | {mib(least)} | {best[2]} |", flush=True)


def network(name, image):
    """The options that name a network of ours."""
    inputs = ["--inputs", image.split("x")[-1]] if name.startswith("mlp:") else ["--image", image]
    return ["--network", name, "--classes", "10", *inputs]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--networks", nargs="+", default=NETWORKS), p.add_argument("--training", action="store_true")
    p.add_argument("--batch", type=int, nargs="+"), p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seconds", type=float, default=2), p.add_argument("--memory", action="store_true")
    p.add_argument("--peers", nargs="+", choices=["torch", "onnxruntime"], default=["torch", "onnxruntime"])
    a = p.parse_args()
    peers = ["torch"] if a.training else a.peers
    script = lambda peer: os.path.join(os.path.dirname(__file__), f"peers/{peer}_networks.py")
    flags = ["--training"] * a.training
    if a.memory:
        print("| network | batch | ours, MiB | with --save-memory | PyTorch, MiB | without its libraries | its layout |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
    else:
        print("| network | batch | ours, ms |" + "".join(f" {peer}, ms | ratio |" for peer in peers))
        print("| --- | --- | --- |" + " --- | --- |" * len(peers))
    for name, image in (n.rsplit(":", 1) for n in a.networks):
        image = image if "x" in image else f"1x1x{image}"
        for batch in a.batch or ([128] if a.memory else [32] if a.training else [1, 64]):
            if a.memory:
                memory(a, [*a.python.split(), script("torch")], name, image, batch)
                continue
            shared = ["--seconds", str(a.seconds), *flags]
            ours, theirs = [], {peer: [] for peer in peers}
            for _ in range(a.rounds):
                found = run([a.espalier, "measure", *network(name, image), "--batch", str(batch), "--json", *shared])
                ours.append(found["batches"][0]["medianSeconds"])
                for peer in peers:
                    found = run([*a.python.split(), script(peer), name, str(batch), "--image", image, *shared])
                    theirs[peer] += [(v["median"], way) for way, v in found.items()]
            line = f"| {name} {image} | {batch} | {min(ours) * 1e3:.2f} |"
            for peer in peers:
                best, way = min(theirs[peer])
                line += f" {best * 1e3:.2f}{' ' + way if peer == 'torch' else ''} | {best / min(ours):.2f}x |"
            print(line, flush=True)


main()
