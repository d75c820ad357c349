#!/usr/bin/env python3
"""Shallower networks on real data: NEPENTHE with exact removal, with forced lines, and the other rules under the same schedule.

    layer_pruning.py DATA_FOLDER [--studies perceptron,resnet,mobilenet,swin] [--seeds 3] [--espalier PROGRAM] [--work FOLDER]
                     [--results FILE] [--tables FILE]

perceptron: 784-5x300-10 on MNIST (its own 60,000 and 10,000 rows); within a drop of 1 % of the validation accuracy (a) NEPENTHE and exact removal,
(b) the same with --tolerance: layers nearly linear are made so, frozen, and retrained; with ReLU, and with its rectifiers exchanged for leaky ones
of slope 0.01. The result is compared with the dense network and with the same pruned weights merely stored sparsely.
resnet: ResNet-18 of a quarter of the width, stem of the authors with its max-pool, on 10,000 images of CIFAR-10; NEPENTHE and IMP for every seed,
the other rules for the first. mobilenet, swin: MobileNet-V2 and Swin-T of reduced width on the same images, one seed.
Results of single runs are kept in --results (JSON lines), and half-done ones go on: a run that is there is not done again. Writes Markdown.
"""
import argparse, hashlib, json, os, resource, shutil, statistics, struct, subprocess, sys, time

CIFAR = "images/cifar10/cifar-10-batches-bin/"
SGD = "--optimizer sgd --weight-decay 0.0001 --schedule cosine".split()
ADAM = "--optimizer adamw --weight-decay 0.01 --schedule cosine".split()
# name: network, epochs of the training, of each iteration, step sizes of both, share pruned, iterations, optimizer, when to stop
IMAGES = {
    "resnet": ("resnet18-cifar-pool --width 0.25", 10, 6, 0.1, 0.05, 0.5, 7, SGD, "--theta 0.98"),
    "mobilenet": ("mobilenet-v2 --width 0.25", 15, 3, 0.05, 0.02, 0.2, 4, SGD, "--theta 0.98"),
    "swin": ("swin-tiny --width 0.25", 8, 2, 0.001, 0.0005, 0.25, 4, ADAM, "--tolerance 0.45 --max-drop 0.02"),
}
RULES = ["nepenthe", "magnitude", "uniform", "proportional", "lowest-entropy", "random"]


def call(a, *words):
    found = subprocess.run([a.espalier, *map(str, words), "--quiet", "--json"], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{found.stderr}")
    return json.loads(found.stdout)


def mnist(a):
    folder = os.path.join(a.data, "images/mnist/")
    return [folder + "train-images-idx3-ubyte.gz", "--labels", folder + "train-labels-idx1-ubyte.gz", "--test", folder + "t10k-images-idx3-ubyte.gz",
            "--test-labels", folder + "t10k-labels-idx1-ubyte.gz"]


def cifar(a):
    return [os.path.join(a.data, CIFAR, "data_batch_1.bin.gz"), "--test", os.path.join(a.data, CIFAR, "test_batch.bin.gz")]


def trained(a, folder, data, words):
    """A trained network; the folder of an earlier call is taken as it is."""
    if not os.path.exists(os.path.join(folder, "result.json")):
        call(a, "train", *data, *words, "--validation-fraction", 0.1, "--output", folder, "--resume")
    return folder


def leaky(folder):
    """A copy of a trained network whose rectifiers let a hundredth through below 0."""
    copy = folder + "-leaky"
    if os.path.exists(copy):
        return copy
    shutil.copytree(folder, copy + ".part")
    path = copy + ".part/model.safetensors"
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header, data = json.loads(file.read(size)), file.read()
    model = json.loads(header["__metadata__"]["espalier"])
    for node in model["nodes"]:
        if node["kind"] == "relu":
            node["kind"], node["settings"] = "leakyrelu", {"slope": 0.01}
    text = json.dumps(model)
    header["__metadata__"]["espalier"] = text
    header["__metadata__"]["espalier.sha256"] = hashlib.sha256(text.encode() + data).hexdigest()
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + data)
    os.rename(copy + ".part", copy)
    return copy


def perceptron(a, seed, rectifier, method):
    folder = trained(a, os.path.join(a.work, f"mlp-{seed}"), mnist(a),
                     ["--network", "mlp:" + "-".join(["300"] * 5), "--topology", "dense", *SGD, "--learning-rate", 0.05, "--batch", 128, "--epochs", 4,
                      "--patience", 4, "--seed", seed])
    if rectifier == "leaky":
        folder = leaky(folder)
    words = [*SGD, "--learning-rate", 0.05, "--epochs", 2, "--iterations", 10, "--pruned-share", 0.6, "--max-drop", 0.01]
    if method == "tolerance":
        words += a.tolerance.split()
    return pruned(a, folder, mnist(a), words, f"{os.path.basename(folder)}-{method}")


def images(a, study, seed, rule):
    network, epochs, epochs_each, rate, rate_each, share, count, optimizer, limit = IMAGES[study]
    folder = trained(a, os.path.join(a.work, f"{study}-{seed}"), cifar(a),
                     ["--network", *network.split(), "--topology", "dense", *optimizer, "--learning-rate", rate, "--batch", 128, "--epochs", epochs,
                      "--patience", epochs, "--augment", "flip,crop:4", "--seed", seed])
    words = [*optimizer, "--learning-rate", rate_each, "--epochs", epochs_each, "--iterations", count, *limit.split(), "--pruned-share", share,
             "--budget", rule]
    return pruned(a, folder, cifar(a), words, f"{study}-{seed}-{rule}")


def pruned(a, folder, data, words, name):
    """What prune layers says, the state of a run that was cut short being taken up again."""
    output = os.path.join(a.work, name)
    def processor(): return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    start, used = time.time(), processor()
    found = call(a, "prune", "layers", folder, *data, *words, "--output", output, "--resume")
    keys = ["iteration", "path", "layers", "linearLayers", "removedUnits", "removed", "simplified", "kept", "straightened", "directPaths", "steps",
            "mergedLayers", "parameters", "multiplyAdds", "depth", "bytes", "latency", "validation", "test", "trainingDifference", "epochs", "notes"]
    return {key: found[key] for key in keys} | {"seconds": time.time() - start, "processorSeconds": processor() - used, "words": list(map(str, words))}


def seconds(found, part):
    """The time of 64 rows: of the processor, as other programs run beside."""
    return found["latency"]["processor" + part.capitalize()]


def plan(a):
    for study in a.studies.split(","):
        if study == "perceptron":
            for seed in range(a.seeds):
                for rectifier in ("relu", "leaky"):
                    for method in ("exact", "tolerance"):
                        yield (study, seed, rectifier, method), lambda s=seed, r=rectifier, m=method: perceptron(a, s, r, m)
        else:
            order = [(seed, rule) for seed in range(a.seeds) for rule in RULES[:2]] if study == "resnet" else [(0, "nepenthe")]
            order = order[:2] + ([(0, rule) for rule in RULES[2:]] if study == "resnet" else []) + order[2:]
            for seed, rule in order:
                yield (study, seed, rule, ""), lambda n=study, s=seed, r=rule: images(a, n, s, r)


def spread(values, form):
    return form.format(statistics.mean(values)) + (" ± " + form.format(statistics.stdev(values)) if len(values) > 1 else "")


def perceptron_table(runs):
    print("\n## 784-5x300-10 on MNIST\n")
    print("| rectifier | method | seeds | test accuracy, dense | after | hidden layers | depth | weights | bytes, dense | sparse | after | 64 rows, dense | "
          "sparse | after | faster than dense | than sparse | largest difference, training | test | predictions changed | processor, minutes |")
    print("|" + "---|" * 20)
    for rectifier in ("relu", "leaky"):
        for method in ("exact", "tolerance"):
            own = [r["found"] for r in runs if r["run"][0] == "perceptron" and r["run"][2:] == [rectifier, method]]
            if not own:
                continue
            def cells(form, value): return spread([value(f) for f in own], form)
            def size(key, part): return cells("{:,.0f}", lambda f: f[key][part])
            def micro(part): return cells("{:.1f} us", lambda f: 1e6 * seconds(f, part))
            print(f"| {rectifier} | {method} | {len(own)} | " + " | ".join([
                cells("{:.2f}", lambda f: 100 * f["test"]["original"]), cells("{:.2f}", lambda f: 100 * f["test"]["after"]),
                ", ".join(str(5 - (f["depth"]["before"] - f["depth"]["after"])) for f in own), ", ".join(str(f["depth"]["after"]) for f in own),
                size("multiplyAdds", "after"), size("bytes", "before"), size("bytes", "stored"), size("bytes", "after"),
                micro("before"), micro("stored"), micro("after"),
                cells("{:.1f}", lambda f: seconds(f, "before") / seconds(f, "after")),
                cells("{:.2f}", lambda f: seconds(f, "stored") / seconds(f, "after")),
                *(f"{max(f[d]['largest'] / f[d]['largestOutput'] for f in own):.1e}" for d in ("trainingDifference",)),
                f"{max(f['test']['difference']['largest'] / f['test']['difference']['largestOutput'] for f in own):.1e}",
                str(max(f["trainingDifference"]["changedPredictions"] + f["test"]["difference"]["changedPredictions"] for f in own)),
                cells("{:.1f}", lambda f: f["processorSeconds"] / 60)]) + " |")
    print("\nMean ± standard deviation over the seeds; differences are those of the removed and the pruned network, as shares of the largest output,")
    print("and the largest over the seeds. Sparse: the pruned weights merely stored sparsely. Times are of the processor, the networks taking turns.")


def entropy_table(title, found):
    path, names = found["path"], [layer["name"] for layer in found["layers"]]
    print(f"\n### {title}\n\n| iteration | score | weights | " + " | ".join(names) + " |")
    print("|" + "---|" * (3 + len(names)))
    for step in path:
        cells = ["**0**" if step["isLinear"][i] else f"{e:.2f}" for i, e in enumerate(step["entropies"])] if "isLinear" in step else [
            "**0**" if e == 0 else f"{e:.2f}" for e in step["entropies"]]
        print(f"| {step['iteration']} | {100 * step['score']:.1f} | {step['weights']:,} | " + " | ".join(cells) + " |")


def image_tables(runs, study):
    own = [r for r in runs if r["run"][0] == study]
    if not own:
        return
    network, epochs, epochs_each, rate, rate_each, share, count, _, limit = IMAGES[study]
    print(f"\n## {network.split()[0]}, width {network.split()[-1]}, on 10,000 images of CIFAR-10\n")
    print(f"{epochs} epochs at a step size of {rate}; then up to {count} iterations of {epochs_each} epochs at {rate_each}, a share of {share} of the weights"
          f" each; {limit}.\n")
    print("| rule | seed | epochs an iteration | dense, test | after, test | iteration taken | weights left | layers at exactly 0 | after the last iteration |"
          " multiply-adds | depth | 64 images, before | after | processor minutes |")
    print("|" + "---|" * 14)
    for r in sorted(own, key=lambda r: (RULES.index(r["run"][2]), r["run"][1])):
        f = r["found"]
        best, last = f["path"][f["iteration"]], f["path"][-1]
        print(f"| {r['run'][2]} | {r['run'][1]} | {f['epochs']} | {100 * f['test']['original']:.2f} | {100 * f['test']['after']:.2f} |"
              f" {f['iteration']} of {len(f['path']) - 1} | {best['weights']:,} of {f['path'][0]['weights']:,} | {best['linearLayers']} |"
              f" {last['linearLayers']} at {last['weights']:,} | {f['multiplyAdds']['after']:,} of {f['multiplyAdds']['before']:,} |"
              f" {f['depth']['after']} of {f['depth']['before']} | {1e3 * seconds(f, 'before'):.1f} ms | {1e3 * seconds(f, 'after'):.1f} ms | {f['processorSeconds'] / 60:.0f} |")
    for r in own:
        if r["run"][1] == 0 and r["run"][2] in ("nepenthe", "magnitude"):
            entropy_table(f"Entropy of each activation, {r['run'][2]}, seed 0", r["found"])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data"), p.add_argument("--studies", default="perceptron,resnet,mobilenet,swin"), p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--tolerance", default="--tolerance 0.4", help="the options of (b)"), p.add_argument("--espalier", default=".build/release/espalier")
    p.add_argument("--work", default="layer-pruning-runs"), p.add_argument("--results", default="layer-pruning.jsonl"), p.add_argument("--tables")
    p.add_argument("--limit", type=float, default=7200, help="begin no run after so many seconds")
    a = p.parse_args()
    os.makedirs(a.work, exist_ok=True)
    runs = [json.loads(line) for line in open(a.results)] if os.path.exists(a.results) else []
    start = time.time()
    for key, run in plan(a):
        if any(r["run"] == list(key) for r in runs):
            continue
        if time.time() - start > a.limit:
            break
        runs.append({"run": list(key), "found": run()})
        with open(a.results, "a") as file:
            file.write(json.dumps(runs[-1]) + "\n")
        f = runs[-1]["found"]
        print(f"{' '.join(map(str, key))}: iteration {f['iteration']}, test {f['test']['original']:.4f} -> {f['test']['after']:.4f}, depth"
              f" {f['depth']['before']} -> {f['depth']['after']}, {f['linearLayers']} linear ({f['seconds']:.0f} s)", file=sys.stderr, flush=True)
    if a.tables:
        sys.stdout = open(a.tables, "w")
    print("# Layer pruning on real data")
    perceptron_table(runs)
    for study in IMAGES:
        image_tables(runs, study)


if __name__ == "__main__":
    main()
