#!/usr/bin/env python3
"""`select --method auto` against every single method: accuracy on the published test rows, and time.

    auto.py DATA_FOLDER SPLIT_FOLDER CACHE_FOLDER [--sets madelon,pcmac] [--methods f-test,trees] [--seeds 3] [--table]

Data and splits as for entryprune.py; MNIST has its own test part. K is 50 (Madelon 20), the judge a support vector classifier on
columns scaled to 0...1. Every run is a file in CACHE_FOLDER, so that a call goes on where another one ended; --table only
prints what is there: means over the seeds of which every method has a run, seconds likewise. Time is the processor time of the whole command, with reading and judging, which all methods share.
A method "rightly not behind" is within half a point, or one test row, of the best single one.
"""
import argparse, json, os, resource, statistics, subprocess, sys

from entryprune import SETS

SETS = dict(SETS)
SETS.update({"orl": (["fs_mat/ORL.mat"], 0, None, "ORL"), "lymphoma": (["fs_mat/lymphoma.mat"], 0, None, "lymphoma")})
MNIST = ["images/mnist/train-images-idx3-ubyte.gz", "--labels", "images/mnist/train-labels-idx1-ubyte.gz",
         "--test", "images/mnist/t10k-images-idx3-ubyte.gz", "--test-labels", "images/mnist/t10k-labels-idx1-ubyte.gz"]
ORDER = ["prostate", "lymphoma", "arcene", "orl", "madelon", "pcmac", "basehock", "coil20", "usps", "isolet", "mnist"]
METHODS = ["auto", "random", "f-test", "mutual-information", "l1", "trees", "entryprune", "set", "rigl", "ensemble",
           "static", "quickselection", "entryprune-flex", "neurofs", "dense"]
EXACT = ["f-test", "mutual-information", "l1"]  # they draw no random numbers, but from more cells than these sets have, MNIST aside
RACERS = ["f-test", "mutual-information", "l1", "trees", "entryprune", "set", "rigl"]


def run(a, name, method, seed):
    if method in EXACT and name != "mnist":
        seed = 0
    path = os.path.join(a.cache, f"{name}.{method}.{seed}.json" if seed else f"{name}.{method}.json")
    if os.path.exists(path):
        return json.load(open(path))
    if a.table:
        return None
    if name == "mnist":
        command = [w if w.startswith("--") else os.path.join(a.data, w) for w in MNIST]
    else:
        files, _, _, split = SETS[name]
        command = [os.path.join(a.data, f) for f in files] + ["--test-rows", os.path.join(a.splits, f"{split}.test-rows.txt")]
    command = [a.espalier, "select"] + command + ["--count", "20" if name == "madelon" else "50", "--method", method]
    command += ["--seed", str(seed), "--quiet", "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if found.returncode:
        print(f"{name} {method}: {found.stderr.strip()}", file=sys.stderr)
        return None
    result = json.loads(found.stdout)
    outcome = {"accuracy": result["judge"]["mean"], "testRows": result["data"]["testRows"],
               "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
               "race": result["runs"][0].get("race"), "notes": result["notes"]}
    json.dump(outcome, open(path + ".new", "w"))
    os.replace(path + ".new", path)
    print(f"{name} {method} {seed} {outcome['accuracy']:.4f} {outcome['seconds']:.1f} s", file=sys.stderr, flush=True)
    return outcome


def mean(runs):
    """One outcome of several: the mean accuracy and time, and every race."""
    return {"accuracy": statistics.mean(r["accuracy"] for r in runs), "seconds": statistics.mean(r["seconds"] for r in runs),
            "testRows": runs[0]["testRows"], "races": [r["race"] for r in runs if r.get("race")]}


def outcomes(a, name, methods):
    """The mean outcome of each method over the seeds that all have, and how many those are."""
    runs = {m: [run(a, name, m, seed) for seed in range(a.seeds)] for m in methods}
    runs = {m: r for m, r in runs.items() if r[0]}
    whole = [seed for seed in range(a.seeds) if all(r[seed] for r in runs.values())]
    return {m: mean([r[seed] for seed in whole]) for m, r in runs.items()} if whole else {}, len(whole)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data"), p.add_argument("splits"), p.add_argument("cache")
    p.add_argument("--sets", default=",".join(ORDER)), p.add_argument("--methods", default=",".join(METHODS))
    p.add_argument("--seeds", type=int, default=1)
    p.add_argument("--table", action="store_true"), p.add_argument("--espalier", default=".build/release/espalier")
    a = p.parse_args()
    os.makedirs(a.cache, exist_ok=True)
    sets, methods = a.sets.split(","), a.methods.split(",")
    both = {name: outcomes(a, name, methods) for name in sets}
    found = {name: runs for name, (runs, _) in both.items()}
    print("| data | seeds | " + " | ".join(methods) + " | auto chose |\n|" + "---|" * (len(methods) + 3))
    close, total = 0, 0
    for name, runs in found.items():
        singles = [o["accuracy"] for m, o in runs.items() if m != "auto"]
        cells = []
        for m in methods:
            text = f"{runs[m]['accuracy']:.4f}".lstrip("0") if m in runs else "–"
            cells.append(f"**{text}**" if m in runs and runs[m]["accuracy"] == max(singles, default=2) else text)
        winners = [race["winner"] for race in runs["auto"]["races"]] if "auto" in runs else []
        chosen = ", ".join(dict.fromkeys(winners)) or "–"
        print(f"| {name} | {both[name][1]} | " + " | ".join(cells) + f" | {chosen} |")
        if "auto" in runs and singles:
            total += 1
            allowed = max(0.005, 1 / runs["auto"]["testRows"]) + 1e-9
            close += runs["auto"]["accuracy"] >= max(singles) - allowed
    complete = [name for name in found if "auto" in found[name]]
    means = [(m, [found[n][m]["accuracy"] for n in complete if m in found[n]]) for m in methods]
    print("| mean | | " + " | ".join(f"{statistics.mean(v):.4f}".lstrip("0") if v and len(v) == len(complete) else "–"
                                    for _, v in means) + " | |")
    print(f"\nWithin half a point or one test row of the best single method: {close} of {total}.\n")
    print("| data | auto, s | slowest racer, s | | ratio |\n|---|---|---|---|---|")
    for name in complete:
        racers = {m: found[name][m]["seconds"] for m in RACERS if m in found[name]}
        absent = {x["rival"] for race in found[name]["auto"]["races"] for x in race["absentees"]}
        racers = {m: s for m, s in racers.items() if m not in absent}
        if racers:
            slowest = max(racers, key=racers.get)
            own = found[name]["auto"]["seconds"]
            print(f"| {name} | {own:.1f} | {racers[slowest]:.1f} | {slowest} | {own / racers[slowest]:.2f} |")


if __name__ == "__main__":
    main()
