#!/usr/bin/env python3
"""Narrower networks on real data: original, pruned, refined, from scratch, and other scores under the same budget, over seeds.

    unit_pruning.py DATA_FOLDER [--sets spambase,pima] [--seeds 5] [--prune="--fewer 0.7 --bias least-squares"] [--espalier PROGRAM]
                    [--work FOLDER] [--results FILE]

For each seed: the general model (three hidden layers of equal width, as many parameters as training rows) is trained on 80 % of the rows
(MNIST: its own 60,000) until its validation loss has not fallen for 20 epochs; `prune units` with the options of --prune cuts and refines it.
Then, in the widths found: from scratch for the same number of epochs in all (E0 + E1) and for the original's (E0); and cut at once by
deviation with means carried or biases summed as published, and by other scores, refined for as many epochs (E1). Where --prune
says how is trained (--distill, --learning-rate ...) this holds for them, too; from scratch the step size then falls along the same cosine. Test rows are the same for every seed and
seen by none.
A set counts as "no loss" where the mean of the differences of refined and original over the seeds is at least minus one standard error.
Results of single runs are kept in --results (JSON lines): a run that is there is not done again. Prints Markdown.
"""
import argparse, collections, gzip, json, os, shutil, statistics, subprocess, sys, time

# name: files below the data folder, target, is a regression
SETS = {
    "breast-w": (["uci_arff/breast.w.arff"], "Class", False),
    "ionosphere": (["uci_arff/ionosphere.arff"], "class", False),
    "pima": (["uci_arff/diabetes.arff"], "class", False),
    "spambase": (["uci_arff/spambase.arff"], "class", False),
    "waveform": (["uci_arff/waveform5000.arff.gz"], "class", False),
    "concrete": (["uci_regression_splits/concrete/data.txt.gz"], "8", True),
    "power-plant": (["uci_regression_splits/power-plant/data.txt.gz"], "4", True),
    "pendigits": (["uci_arff/pendigits.arff"], "class", False),
    "elevators": (["uci_arff/elevators.arff.gz"], "Goal", True),
    "letter": (["uci_arff/letter.arff"], "class", False),
    "calhousing": (["uci_arff/cal.housing.arff.gz"], "medianHouseValue", True),
    "mnist": (["images/mnist/train-images-idx3-ubyte.gz"], None, False),
}
# what else is cut to the same widths
PEERS = {"at once": "", "published": "--bias published-sum", "random": "--score random", "weight-norm": "--score weight-norm",
         "outgoing": "--score outgoing"}


def call(a, *words):
    found = subprocess.run([a.espalier, *map(str, words), "--quiet", "--json"], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{found.stderr}")
    return json.loads(found.stdout)


def data_words(a, name):
    files, target, regression = SETS[name]
    words = [os.path.join(a.data, f) for f in files]
    if name == "mnist":
        folder = os.path.join(a.data, "images/mnist/")
        return words + ["--labels", folder + "train-labels-idx1-ubyte.gz", "--test", folder + "t10k-images-idx3-ubyte.gz",
                        "--test-labels", folder + "t10k-labels-idx1-ubyte.gz"]
    return words + ["--target", target, "--test-fraction", "0.2"] + (["--task", "regression"] if regression else ["--task", "classification"])


def value(words, option, otherwise):
    """The value of an option."""
    return words[words.index(option) + 1] if option in words else otherwise


def refinement_words(text):
    """Of the options of a pruning, those that say how is trained, but for how long."""
    words = text.split()
    kept = [w for o in ("--learning-rate", "--mixing", "--truth", "--schedule") for w in ([o, value(words, o, "")] if o in words else [])]
    return kept + (["--distill"] if "--distill" in words else [])


def one(a, name, seed):
    """A seed on a set: the test score of every network, and what the search found."""
    data, folder = data_words(a, name), os.path.join(a.work, f"{name}-{seed}")
    shutil.rmtree(folder, ignore_errors=True)
    start = time.time()
    original = call(a, "train", *data, "--network", "auto", "--seed", seed, "--output", folder)
    e0 = original["bestEpoch"] + 1
    small = call(a, "prune", "units", folder, *data, *a.prune.split())
    refinement = small["epochs"] * max(len(small["rounds"]), 1)
    widths = [layer["units"]["after"] for layer in small["layers"]][:-1]
    scores = {"original": small["test"]["original"], "pruned": small["test"]["pruned"], "refined": small["test"]["refined"]}
    found = {"set": name, "seed": seed, "prune": a.prune, "metric": small["test"]["metric"], "epochs": e0, "refinement": refinement,
             "before": small["parameters"]["before"], "after": small["parameters"]["after"], "scores": scores,
             "width": original["layers"][0]["units"], "validation": small["validation"], "latency": small["latency"]}
    if small["parameters"]["after"] == small["parameters"]["before"]:
        widths = [layer["units"] for layer in original["layers"]][:-1]
    found["widths"] = widths
    shape = "-".join(map(str, widths))
    lesson = refinement_words(a.prune)
    for peer, words in PEERS.items():
        scores[peer] = call(a, "prune", "units", folder, *data, "--keep", shape, "--epochs", refinement, *words.split(), *lesson)["test"]["refined"]
    scratch = ["train", *data, "--network", f"mlp:{shape}", "--topology", "dense", "--learning-rate", value(lesson, "--learning-rate", "0.001"), "--weight-decay", "0", "--scale",
               "standard", "--batch", original["settings"]["batch"], "--seed", seed] + (["--schedule", "cosine"] if "--distill" in lesson else [])
    for key, count in (("scratch", e0 + refinement), ("scratch-e0", e0)):
        scores[key] = call(a, *scratch, "--epochs", count, "--patience", count)["test"]["value"]
    found["seconds"] = time.time() - start
    shutil.rmtree(folder)
    return found


def table(runs):
    """The table of all sets, and how many lose nothing."""
    columns = ["original", "pruned", "refined", "scratch", "scratch-e0"] + list(PEERS)
    print("| data | width | widths left | parameters | fewer | " + " | ".join(columns) + " | difference ± standard error | no loss |")
    print("|" + "---|" * (len(columns) + 7))
    kept = collections.Counter()
    for name in SETS:
        own = [r for r in runs if r["set"] == name]
        if len(own) < 2:
            continue
        regression = SETS[name][2]
        def mean(key): return statistics.mean(r["scores"][key] for r in own)
        def cell(key):
            values = [r["scores"][key] for r in own]
            return (f"{mean(key):.4g} ± {statistics.stdev(values):.2g}" if regression
                    else f"{100 * mean(key):.2f} ± {100 * statistics.stdev(values):.2f}")
        differences = [r["scores"]["refined"] - r["scores"]["original"] for r in own]
        error = statistics.stdev(differences) / len(own) ** 0.5
        fewer = 1 - statistics.mean(r["after"] / r["before"] for r in own)
        is_kept = statistics.mean(differences) >= -error and fewer >= 0.7
        kept[regression] += is_kept
        widths = "-".join(f"{statistics.mean(r['widths'][i] for r in own):.0f}" for i in range(3))
        gain = (f"{statistics.mean(differences):.3g} ± {error:.2g}" if regression
                else f"{100 * statistics.mean(differences):+.2f} ± {100 * error:.2f}")
        print(f"| {name} | {own[0]['width']} | {widths} | {statistics.mean(r['after'] for r in own):.0f} of {own[0]['before']} | {100 * fewer:.1f} % | "
              + " | ".join(cell(c) for c in columns) + f" | {gain} | {'yes' if is_kept else 'no'} |")
    print(f"\nAt least 70 % fewer parameters without loss: {kept[False]} sets of classes, {kept[True]} of numbers.")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data"), p.add_argument("--sets", default=",".join(SETS)), p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--prune", default="--fewer 0.7 --bias least-squares"), p.add_argument("--espalier", default=".build/release/espalier")
    p.add_argument("--work", default="unit-pruning-runs"), p.add_argument("--results", default="unit-pruning.jsonl")
    a = p.parse_args()
    os.makedirs(a.work, exist_ok=True)
    runs = [json.loads(line) for line in open(a.results)] if os.path.exists(a.results) else []
    runs = [r for r in runs if r["prune"] == a.prune]
    for name in a.sets.split(","):
        for seed in range(a.seeds):
            if any(r["set"] == name and r["seed"] == seed for r in runs):
                continue
            runs.append(one(a, name, seed))
            with open(a.results, "a") as file:
                file.write(json.dumps(runs[-1]) + "\n")
            r = runs[-1]
            print(f"{name} {seed}: {r['widths']} {100 * (1 - r['after'] / r['before']):.1f} % fewer, "
                  + ", ".join(f"{k} {v:.4f}" for k, v in r["scores"].items()) + f" ({r['seconds']:.0f} s)", file=sys.stderr, flush=True)
    table(runs)


if __name__ == "__main__":
    main()
