#!/usr/bin/env python3
"""Measures `espalier select` on real data: accuracy over seeds, time, memory, and the ratio to the authors' code.

    entryprune.py DATA_FOLDER SPLIT_FOLDER [--sets usps,madelon] [--seeds 5] [--option ...]
    entryprune.py DATA_FOLDER SPLIT_FOLDER --sets arcene --seeds 1 --peer CHECKOUT [--python PYTHON]

DATA_FOLDER holds the sets in the layout of the table below, SPLIT_FOLDER one `NAME.test-rows.txt` per set. With --peer the
authors' code (a checkout of flxzimmer/entryprune) runs in its own protocol after each of our runs, on one thread like ours, and
the seconds per rotation are compared. Prints Markdown; run it on a quiet machine.
"""
import argparse, json, os, statistics, subprocess, sys

ISOLET = [f"fs_mat/isolet_full/Isolet{i}.mat" for i in range(1, 6)]
# name: (files, count, accuracy to reach, split); the label variable of a .mat file is found by itself
SETS = {
    "mnist": (["images/mnist/train-images-idx3-ubyte.gz"], 50, 0.965, None),
    "usps": (["usps/USPS_9298_derived.mat"], 50, 0.962, "USPS"),
    "coil20": (["fs_mat/COIL20.mat"], 50, 0.985, "COIL20"),
    "isolet": (ISOLET, 50, 0.93, "isolet"),
    "madelon": (["fs_mat/madelon.mat"], 20, 0.85, "madelon"),
    "basehock": (["fs_mat/BASEHOCK.mat"], 50, 0.92, "BASEHOCK"),
    "pcmac": (["fs_mat/PCMAC.mat"], 50, 0.86, "PCMAC"),
    "prostate": (["fs_mat/Prostate-GE.mat"], 50, 0.90, "Prostate-GE"),
    "arcene": (["fs_mat/arcene.mat"], 50, 0.74, "arcene"),
}
# A table of 1,500 x 64 noisy columns, the first ten of which decide the class, for the time of small steps.
SMALL = "small-1500x64.mat"


def make_small(folder):
    import numpy, scipy.io

    random = numpy.random.default_rng(0)
    x = random.normal(size=(1500, 64)).astype("float32")
    y = (x[:, :10].sum(axis=1) + random.normal(size=1500) > 0).astype("uint8") + 1
    scipy.io.savemat(os.path.join(folder, SMALL), dict(X=x, Y=y.reshape(-1, 1)))


def ours(a, name):
    files, count, _, split = SETS[name]
    command = [a.espalier, "select"] + [os.path.join(a.data, f) for f in files]
    if name == "mnist":
        m = os.path.join(a.data, "images/mnist")
        command += ["--labels", f"{m}/train-labels-idx1-ubyte.gz", "--test", f"{m}/t10k-images-idx3-ubyte.gz",
                    "--test-labels", f"{m}/t10k-labels-idx1-ubyte.gz"]
    elif split:
        command += ["--test-rows", os.path.join(a.splits, f"{split}.test-rows.txt")]
    else:
        command += ["--test-fraction", "0.2"]
    command += ["--count", str(count), "--method", "entryprune", "--seed", str(a.seed), "--seeds", str(a.seeds), "--judge", a.judge, "--quiet", "--json"]
    run = subprocess.run(command + a.option, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def peer(a, name, seed):
    files, count, _, _ = SETS[name]
    data = os.path.join(a.data, "images/mnist") if name == "mnist" else ",".join(os.path.join(a.data, f) for f in files)
    script = os.path.join(os.path.dirname(__file__), "peers/entryprune_reference.py")
    run = subprocess.run([a.python, script, a.peer, data, "--count", str(count), "--seed", str(seed)], capture_output=True,
                         text=True, env=dict(os.environ, OMP_NUM_THREADS="1"))
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data"), p.add_argument("splits")
    p.add_argument("--sets", default=",".join(SETS)), p.add_argument("--seeds", type=int, default=5), p.add_argument("--seed", type=int, default=0)
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--judge", default="svc")
    p.add_argument("--option", nargs="*", default=[])
    p.add_argument("--peer"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--scratch", default="/tmp", help="where the small table is made")
    a = p.parse_args()
    a.option = [word for option in a.option for word in option.split()]
    if "small" in a.sets.split(","):
        make_small(a.scratch)
        SETS["small"] = ([os.path.join(os.path.abspath(a.scratch), SMALL)], 10, None, None)
    if a.peer:
        print("| data | ours: s, rotations, ms per rotation | authors: s, rotations, ms per rotation | per rotation | end to end | accuracy, ours / authors |")
    else:
        print("| data | accuracy, mean (each seed) | bar | seconds per run | rotations | peak MB of selection |")
    print("|" + "---|" * 6)
    for name in a.sets.split(","):
        result = ours(a, name)
        runs = result["runs"]
        scores = [r["judge"]["value"] if r.get("judge") else float("nan") for r in runs]
        seconds = statistics.mean(r["seconds"] for r in runs)
        rotations = statistics.mean(r["rotations"] for r in runs)
        if a.peer:
            others = [peer(a, name, a.seed + i) for i in range(a.seeds)]
            s = statistics.mean(o["seconds"] for o in others)
            # Theirs counts those of the validation run; the refit trains up to the best one and one more.
            r = statistics.mean(o["rotations"] + o["bestRotation"] + 1 for o in others)
            print(f"| {name} | {seconds:.1f}, {rotations:.0f}, {1000 * seconds / rotations:.1f} | {s:.1f}, {r:.0f}, {1000 * s / r:.1f} | "
                  f"{s / r / (seconds / rotations):.1f}x | {s / seconds:.1f}x | {statistics.mean(scores):.4f} / {statistics.mean(o['accuracy'] for o in others):.4f} |", flush=True)
        else:
            each = " ".join(f"{x:.4f}".lstrip("0") for x in scores)
            print(f"| {name} | {statistics.mean(scores):.4f} ({each}) | {SETS[name][2]} | {seconds:.1f} | {rotations:.0f} | "
                  f"{result['peakBytes']['selection'] / 1e6:.0f} |", flush=True)


if __name__ == "__main__":
    main()
