#!/usr/bin/env python3
"""The same channels of the same ResNet-18 removed here and by Torch-Pruning: what is left of the accuracy, without any retraining.

    torch_pruning.py RUN TRAINING.bin.gz TEST.bin.gz [--python PYTHON] [--espalier PROGRAM] [--work FOLDER] [--score deviation]

RUN is the folder of `espalier train --network resnet18-cifar` on TRAINING. Here `prune units --fewer-operations S --epochs 0` removes channels
and carries what they put out into the layers that read them, once as their means and once by least squares; Torch-Pruning 1.6 drops them
(`peers/torch_pruning_channels.py`; --python has torch, safetensors and torch-pruning). Prints Markdown.
"""
import argparse, json, os, subprocess, sys


def call(words):
    found = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{found.stderr}")
    return json.loads(found.stdout)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("run"), p.add_argument("training"), p.add_argument("test"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--work", default="torch-pruning")
    p.add_argument("--scores", nargs="+", default=["deviation"]), p.add_argument("--shares", nargs="+", type=float, default=[0.1, 0.2, 0.3])
    a = p.parse_args()
    peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers/torch_pruning_channels.py")
    print("| channels by | multiply-adds left | channels gone | original, here / PyTorch | Torch-Pruning | here, means | here, least squares |")
    print("|" + "---|" * 7)
    for score in a.scores:
        for share in a.shares:
            ours = {}
            for bias in ("mean-fold", "least-squares"):
                folder = os.path.join(a.work, f"{score}-{share}-{bias}")
                ours[bias] = call([
                    a.espalier, "prune", "units", a.run, a.training, "--test", a.test, "--fewer-operations", share, "--epochs", 0, "--score", score,
                    "--bias", bias, "--output", folder, "--force", "--quiet", "--json"])
            removed = [[layer["removedUnits"] for layer in found["rounds"][0]] for found in ours.values()]
            assert all(other == removed[0] for other in removed), "the way of carrying must not choose"
            theirs = call([a.python, peer, os.path.join(a.run, "model.safetensors"), os.path.join(folder, "result.json"), a.test])
            found = ours["mean-fold"]
            counts = [found["multiplyAdds"]["after"] / found["multiplyAdds"]["before"], theirs["multiplyAdds"]["after"] / theirs["multiplyAdds"]["before"]]
            assert abs(counts[0] - counts[1]) < 0.01, counts
            test = {bias: f"{100 * found['test']['pruned']:.2f}" for bias, found in ours.items()}
            print(f"| {score} | {100 * counts[0]:.1f} % | {sum(map(len, removed[0]))} | {100 * found['test']['original']:.2f} / "
                  f"{100 * theirs['accuracy']['before']:.2f} | {100 * theirs['accuracy']['after']:.2f} | {test['mean-fold']} | {test['least-squares']} |", flush=True)


main()
