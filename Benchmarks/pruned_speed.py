#!/usr/bin/env python3
"""Does the time of a pruned network fall with its multiply-adds? Both networks of each pair take turns in one process.

    pruned_speed.py DATA_FOLDER [--espalier PROGRAM] [--work FOLDER] [--only mnist,dense,resnet] [--rounds 3]

The pairs: general models (three hidden layers of equal width, as many parameters as training rows) with 70 % fewer parameters; 784-1000-1000-10
with 70 % fewer; and ResNet-18 of width 0.25 for images of 32x32 with half of its multiply-adds gone. They are trained for an epoch or not at
all: what is measured is time. Each pair runs --rounds times at a batch of 64, on one thread; the median of the rounds counts. The bar is a
ratio of times of at most 1.4 times the ratio of multiply-adds. Prints Markdown.
"""
import argparse, json, os, statistics, subprocess, sys

# name: files below the data folder, further options of the data, options of the training, options of the pruning
MNIST = ["images/mnist/train-images-idx3-ubyte.gz", "--labels", "DATA/images/mnist/train-labels-idx1-ubyte.gz"]
PAIRS = {
    "letter": (["uci_arff/letter.arff", "--target", "class"], "auto", ["--fewer", "0.7"]),
    "calhousing": (["uci_arff/cal.housing.arff.gz", "--target", "medianHouseValue", "--task", "regression"], "auto", ["--fewer", "0.7"]),
    "mnist": (MNIST, "auto", ["--fewer", "0.7"]),
    "dense": (MNIST, "mlp:1000-1000", ["--fewer", "0.7"]),
    "resnet": (["images/cifar10/cifar-10-batches-bin/test_batch.bin.gz", "--task", "classification"], "resnet18-cifar",
               ["--fewer-operations", "0.5"]),
}


def call(a, *words):
    found = subprocess.run([a.espalier, *map(str, words), "--json"], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{found.stderr}")
    return json.loads(found.stdout)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data"), p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--work", default="pruned-speed")
    p.add_argument("--only", default=",".join(PAIRS)), p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--round", action="append", default=[], help="widths as multiples: also with prune units --round N")
    a = p.parse_args()
    os.makedirs(a.work, exist_ok=True)
    print("| network | widths | multiply-adds left | time left, wall | processor | over promise, wall | processor |")
    print("|" + "---|" * 7)
    for name in a.only.split(","):
        (first, *rest), network, options = PAIRS[name]
        data = [os.path.join(a.data, first), *(w.replace("DATA", a.data) for w in rest)]
        model = os.path.join(a.work, name)
        if not os.path.exists(f"{model}/model.safetensors"):
            kind = ["--network", network, "--topology", "dense", *(["--width", "0.25"] if "resnet" in network else [])]
            call(a, "train", *data, *(["--network", "auto"] if network == "auto" else kind), "--epochs", 1, "--quiet", "--output", model, "--force")
        for multiple in ["1", *a.round]:
            small = f"{model}-{multiple}"
            if not os.path.exists(f"{small}/model.safetensors"):
                call(a, "prune", "units", model, *data, *options, "--round", multiple, "--epochs", 0, "--quiet", "--output", small, "--force")
            with open(f"{small}/result.json") as file:
                layers = json.load(file)["layers"]
            widths = "-".join(str(layer["units"]["after"]) for layer in layers[:-1])
            runs = []
            for _ in range(a.rounds):
                batch = call(a, "measure", small, "--against", model, "--batch", 64, "--seconds", 2)
                promised = batch["multiplyAdds"] / batch["batches"][0]["against"]["multiplyAdds"]
                own, other = batch["batches"][0], batch["batches"][0]["against"]
                runs.append((own["medianSeconds"] / other["medianSeconds"], own["processorSeconds"] / other["processorSeconds"]))
            wall, processor = (statistics.median(r[i] for r in runs) for i in (0, 1))
            print(f"| {name}{'' if multiple == '1' else ', --round ' + multiple} | {widths} | {promised:.3f} | {wall:.3f} | {processor:.3f} | "
                  f"{wall / promised:.2f} | {processor / promised:.2f} |", flush=True)


main()
