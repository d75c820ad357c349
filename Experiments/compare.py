#!/usr/bin/env python3
"""Puts what a study of this folder reached beside the published numbers.

    espalier study run Experiments/unit-pruning.yaml --data FOLDER --output studies/unit-pruning
    espalier study report studies/unit-pruning
    compare.py unit-pruning studies/unit-pruning [--results Experiments/results]

Reads the records and the results of the runs that are done, and writes PLAN.md into --results. What that file says below
"## What the tables say" is written by hand, and is kept. The standard library is enough.

Published numbers are below, each with its source. Per cent, as published.
"""
import argparse, json, math, os, statistics, textwrap
from collections import defaultdict

BY_HAND = "## What the tables say"

# arXiv 2404.16890, its main table and its ablation; LaCoOT's run of it, at the same critical path.
NEPENTHE = [
    ("dense, paper", "91.66", "0 of 17"), ("NEPENTHE, paper", "92.55", "3 of 17"),
    ("entropy-weighted budget only, paper", "92.18", "3 of 17"), ("with the state of zero left out, paper", "92.33", "3 of 17"),
    ("dense, LaCoOT", "91.77", "0 of 17"), ("NEPENTHE, LaCoOT", "89.26", "not told"),
]
# The released code of arXiv 2410.02344, run by Benchmarks/peers/entryprune_reference.py: accuracies of seeds 0 (and 1), seconds.
AUTHORS = {
    "usps": ([96.18, 95.91], 64), "coil20": ([98.96, 99.65], 268), "isolet": ([93.27], 113), "isolet1": ([87.82, 88.14], 81),
    "madelon": ([73.65, 74.81], 130), "basehock": ([87.22, 82.71], 42), "pcmac": ([75.58], 89), "prostate": ([90.48, 90.48], 27),
    "arcene": ([70.00, 60.00], 18),
}
# NeuroFS (Atashgahi et al. 2023), Table 7, K 50, support vector classifier, five runs: the table that EntryPrune's extends.
NEUROFS = {
    # data: all features, NeuroFS, LassoNet, STG, QuickSelection, Fisher
    "coil20": "100.0 98.78±.29 97.16±1.06 99.32±.40 96.52±1.53 74.0", "usps": "97.58 96.78±.17 95.94±.15 96.62±.34 95.52±.27 91.0",
    "isolet": "96.03 92.62±.40 84.90±.22 85.82±2.83 89.78±1.80 67.4", "basehock": "91.98 89.06±2.46 87.18±.58 85.12±1.86 87.22±1.22 90.2",
    "prostate": "80.95 90.50±0 88.58±2.35 84.78±3.55 76.20±7.53 90.5", "arcene": "77.50 76.50±2.55 71.00±2.00 71.00±2.55 74.38±4.80 67.5",
}
# The same, other judges: all features, NeuroFS.
NEUROFS_NEAREST = {"coil20": "100 99.80", "usps": "97.37 96.18", "isolet": "88.14 85.96", "basehock": "78.7 87.14", "prostate": "76.19 85.86",
                   "arcene": "92.5 74.00"}
NEUROFS_TREES = {"coil20": "100 99.94", "usps": "96.51 95.44", "isolet": "94.04 91.46", "basehock": "96.99 89.96", "prostate": "85.71 90.50",
                 "arcene": "82.5 75.00"}
# arXiv 2408.04583, Table 6: dense, and Figure 6 (read from its vector data): .25 .50 .80 .90 .95 .98. K 100.
SPARSITIES = ["dense", ".25", ".50", ".80", ".90", ".95", ".98"]
SPARSE = {
    ("prostate", "set-strength"): "89.05 89.52±1.90 88.57±3.16 89.52±1.90 90.00±1.43 87.62±3.81 89.05±2.18",
    ("prostate", "set-attribution"): "89.05 88.57±3.16 89.05±2.18 88.57±2.33 89.05±2.18 88.57±3.16 89.52±1.90",
    ("prostate", "rigl-strength"): "89.05 88.10±3.19 88.10±3.19 88.57±3.16 89.05±4.79 90.00±1.43 89.52±2.86",
    ("prostate", "rigl-attribution"): "89.05 86.67±3.56 89.05±2.18 88.57±2.33 90.00±1.43 90.48±0.00 90.48±0.00",
    ("yale", "set-strength"): "70.00 74.54±3.64 70.00±8.29 76.66±5.43 74.85±3.84 76.97±4.33 77.27±4.12",
    ("yale", "set-attribution"): "63.94 65.76±7.05 64.24±7.64 71.21±9.41 73.03±6.84 74.85±4.50 74.54±3.37",
    ("yale", "rigl-strength"): "70.00 68.79±8.79 73.03±4.17 74.54±2.78 73.63±6.22 71.51±6.09 69.39±3.70",
    ("yale", "rigl-attribution"): "63.94 69.39±9.03 72.42±7.48 72.12±5.72 75.76±5.07 71.21±7.07 66.06±7.76",
    ("madelon", "set-strength"): "84.42 77.38±6.44 76.63±5.75 77.50±1.85 78.20±2.44 79.08±2.02 78.77±3.06",
    ("madelon", "rigl-strength"): "84.42 77.32±5.00 84.67±1.04 78.93±2.42 80.53±3.39 79.47±2.22 81.07±1.59",
    ("madelon", "set-attribution"): "81.52 64.87±4.94 67.00±5.08 72.52±2.51 75.55±1.58 75.88±2.48 77.98±2.50",
    ("usps", "set-strength"): "96.49 96.66±0.14 96.64±0.13 96.73±0.13 96.85±0.14 96.88±0.14 96.99±0.17",
    ("usps", "set-attribution"): "96.83 96.80±0.11 96.77±0.13 96.85±0.09 96.98±0.16 96.96±0.14 97.14±0.18",
}


class Study:
    """What is in the folder of a study: each run by the parts of its name, and its result."""

    def __init__(self, folder):
        self.folder, self.runs = folder, {}
        for name in sorted(os.listdir(os.path.join(folder, "runs"))):
            path = os.path.join(folder, "runs", name, "record.jsonl")
            if os.path.exists(path):
                record = json.loads(open(path).readline())
                if "measures" in record:
                    self.runs[name] = record

    @property
    def clock(self):
        """What the seconds of the tables are."""
        if all("processorSeconds" in run for run in self.runs.values()):
            return "Seconds are those of the processor, with loading and judging."
        return ("Seconds are wall-clock, with loading and judging, on a machine that did much else at the same time, so they are upper bounds, and no "
                "more.")

    def result(self, name):
        return json.load(open(os.path.join(self.folder, "runs", name, "output", "result.json")))

    def named(self, *parts):
        """The runs that have all these parts in their names, between dots."""
        return [name for name in self.runs if all(part in name.split(".") for part in parts)]

    def measure(self, name, measure=None):
        measures = self.runs[name]["measures"]
        return next((m["value"] for m in measures if measure in (None, m["name"])), math.nan)

    def values(self, *parts, measure=None):
        return [self.measure(name, measure) for name in self.named(*parts)]

    def order(self, place):
        """What stands at a place of the names, in the order of the plan."""
        plan = open(os.path.join(self.folder, "plan.yaml")).read()
        parts = [name.split(".") for name in self.runs]
        return sorted({p[place] for p in parts if len(p) > place}, key=lambda part: plan.find(f" {part}:"))

    def stability(self, *parts):
        """Nogueira's index of the choices of several runs."""
        chosen = [(self.runs[n]["features"], self.runs[n]["featureCount"]) for n in self.named(*parts) if self.runs[n].get("features")]
        if len(chosen) < 2:
            return None
        count, runs = chosen[0][1], len(chosen)
        times = defaultdict(int)
        for features, _ in chosen:
            for feature in features:
                times[feature] += 1
        share = sum(times.values()) / runs / count
        variance = sum(runs / (runs - 1) * (t / runs) * (1 - t / runs) for t in times.values()) / count
        return 1 - variance / (share * (1 - share))


def percent(values, digits=2):
    values = [100 * v for v in values if v is not None and math.isfinite(v)]
    if not values:
        return "–"
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{spread}"


def mean(values, form="{:.2f}"):
    values = [v for v in values if v is not None]
    return form.format(statistics.mean(values)) if values else "–"


def cost(study, *parts):
    """Seconds and the largest memory of runs, as two cells."""
    runs = [study.runs[name] for name in study.named(*parts)]
    if not runs:
        return ["–", "–"]
    return [f"{statistics.mean(r.get('processorSeconds', r['seconds']) for r in runs):.1f}", f"{max(r.get('peakBytes') or 0 for r in runs) / 1e6:.0f}"]


def table(heads, rows):
    return ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)] + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def unit_pruning(study):
    data, rules = study.order(0), ["epsilon-10", "epsilon-50", "epsilon-90", "published-10", "published-50", "published-90"]
    stages = ["refined-05", "refined-15", "refined-30"]
    text = ["## Threshold and length of the refinement", "",
            "Test accuracy in per cent. *epsilon*: times the largest deviation of the layer, means carried on; *published*: the threshold as it is, "
            "biases summed. The refinement takes 5, 15 and 30 % of the epochs of the training.", ""]
    rows = []
    for d in data:
        for rule in rules:
            results = [study.result(n) for n in study.named(d, rule, "refined-15")]
            rows.append([d, rule, percent(r["compression"] for r in results), percent(r["test"]["original"] for r in results),
                         percent(r["test"]["pruned"] for r in results)] + [percent(study.values(d, rule, s)) for s in stages])
    text += table(["data", "rule", "parameters gone, %", "original", "pruned", "refined 5 %", "15 %", "30 %"], rows)
    text += ["## Without loss", "", "How many sets lose nothing, within one standard error of the differences seed by seed, and what goes.", ""]
    rows = []
    for rule in rules + ["deviation-70", "deviation-half", "outgoing-half", "weight-norm-half", "random-half"]:
        for s in stages:
            if not study.named(rule, s):
                continue
            kept, gone, differences, better = 0, [], [], []
            for d in data:
                results = [study.result(n)["test"] for n in study.named(d, rule, s)]
                difference = [r["refined"] - r["original"] for r in results]
                kept += statistics.mean(difference) >= -statistics.stdev(difference) / math.sqrt(len(difference)) - 1e-12
                differences.append(statistics.mean(difference))
                better += [r["refined"] > r["original"] for r in results]
                gone.append(statistics.mean(study.result(n)["compression"] for n in study.named(d, rule, s)))
            rows.append([rule, s[-2:].lstrip("0") + " %", f"{100 * statistics.mean(gone):.1f}", f"{100 * statistics.mean(differences):+.2f}",
                         f"{kept} of {len(data)}", f"{sum(better)} of {len(better)}"])
    text += table(["rule", "refined", "parameters gone, %", "mean difference, points", "sets without loss", "networks better than before"], rows)
    text += ["## Scores at the same size", "", "At least half of the parameters gone; test accuracy in per cent, before and after a refinement of 15 %.", ""]
    scores = ["deviation-half", "outgoing-half", "weight-norm-half", "random-half"]
    rows = []
    for d in data:
        tests = {s: [study.result(n)["test"] for n in study.named(d, s)] for s in scores}
        rows.append([d, percent(t["original"] for t in tests[scores[0]])]
                    + [f"{percent([statistics.mean(t['pruned'] for t in tests[s])])}, {percent(t['refined'] for t in tests[s])}" for s in scores])
    text += table(["data", "original", "deviation", "outgoing", "weight norm", "random"], rows)
    text += ["## Published", "", "The paper's tables, its thresholds and the fifteen methods that it is compared with are not public. What it claims "
             "(abstract and introduction of arXiv 2312.10560): over 70 % of the parameters removed without loss; with a well-chosen threshold most "
             "refined networks are better than the original; the same architecture from scratch is worse.", ""]
    return text + ["## Time and memory", ""] + table(
        ["data", "seconds of a run", "memory, MB"], [[d] + cost(study, d, "refined-15") for d in data])


def depth_pruning(study):
    data, budgets = study.order(0), ["nepenthe", "uniform", "proportional", "magnitude"]
    text = ["## Entropy over seven iterations", "", "Mean entropy of the units of each rectifier that use both sides, in bits, mean over seeds; "
            "half of the weights go in each iteration.", ""]
    entropies, states = [], []
    for d in data:
        for b in budgets:
            paths = [study.result(n)["path"] for n in study.named(d, b, "seven")]
            if not paths:
                continue
            steps = max(len(p) for p in paths)
            at = [[p[i] for p in paths if i < len(p)] for i in range(steps)]
            for layer in range(len(paths[0][0]["entropies"])):
                entropies.append([d, b, str(layer + 1)] + [mean(p["entropies"][layer] for p in column) for column in at])
            states.append([d, b, "linear layers"] + [mean((p["linearLayers"] for p in column), "{:.1f}") for column in at])
            states.append([d, b, "accuracy"] + [mean((100 * p["score"] for p in column), "{:.1f}") for column in at])
    text += table(["data", "budget", "layer"] + [str(i) for i in range(8)], entropies)
    text += ["Layers at an entropy of 0, of four, and accuracy on validation rows in per cent:", ""]
    text += table(["data", "budget", ""] + [str(i) for i in range(8)], states)
    text += ["## What is left", "", "Test accuracy in per cent after all seven iterations, or after the last of at most seven that is within two points of the "
             "validation accuracy; parameters, depth and time with exact removal.", ""]
    rows = []
    for limit, d, b in [(s, d, b) for s in ("seven", "within-2") for d in data for b in budgets + ["tolerance"]]:
        names = study.named(d, b, limit)
        if not names:
            continue
        results = [study.result(n) for n in names]
        rows.append([limit, d, b, percent(r["test"]["original"] for r in results), percent(r["test"]["after"] for r in results),
                     ", ".join(str(r["iteration"]) for r in results), ", ".join(str(r["linearLayers"]) for r in results),
                     ", ".join(str(r["depth"]["after"]) for r in results), mean((r["parameters"]["before"] for r in results), "{:,.0f}"),
                     mean((r["parameters"]["after"] for r in results), "{:,.0f}")] + cost(study, d, b, limit))
    text += table(["", "data", "budget", "dense", "after", "iterations", "linear layers", "depth", "parameters", "after", "seconds", "MB"], rows)
    text += ["## Published", "", "ResNet-18 on CIFAR-10, 160 epochs an iteration (arXiv 2404.16890, main table and ablation; LaCoOT's run of it). Iterative "
             "magnitude pruning reaches an entropy of .055 at best there, and never 0.", ""]
    return text + table(["ResNet-18", "accuracy", "layers at an entropy of 0"], [list(row) for row in NEPENTHE])


def entryprune(study):
    methods = ["entryprune", "entryprune-flex", "f-test", "random-columns", "all-columns"]
    heads = ["EntryPrune", "flexible", "F-test", "random", "all"]
    data = study.order(0)

    def runs(d, m, judge="svc", k=50):
        """The parts of the names of runs; all columns have no count, and Madelon has 20."""
        return (d, m, judge) if m == "all-columns" else (d, m, judge, "k20" if d == "madelon" else f"k{k}")

    def values(*parts):
        return percent(study.values(*runs(*parts)))

    text = ["## Support vector classifier, K 50", "", "Accuracy on the published test rows in per cent; Madelon with K 20. *Authors*: the released code, run by "
            "`Benchmarks/peers/entryprune_reference.py`, on one thread.", ""]
    rows = []
    for d in data:
        authors, seconds = AUTHORS[d]
        rows.append([d] + [values(d, m) for m in methods] + [", ".join(f"{a:.2f}" for a in authors)] + cost(study, *runs(d, "entryprune")) + [str(seconds)])
    text += table(["data"] + heads + ["authors, each seed", "our seconds", "our MB", "authors' seconds"], rows)
    text += ["## Over K", "", "The same judge.", ""]
    counts = [k for k in (25, 50, 75, 100) if any(study.named(*runs(d, "entryprune", "svc", k)) for d in data if d != "madelon")]
    text += table(["data", "method"] + [f"K {k}" for k in counts],
                  [[d, h] + [values(d, m, "svc", k) for k in counts] for d in data
                   if d != "madelon" and study.named(*runs(d, "entryprune", "svc", 25)) for m, h in list(zip(methods, heads))[:4]])
    text += ["## Beside other methods", "", "Published means of five runs at K 50 (NeuroFS, Atashgahi et al. 2023, Table 7); the table of the EntryPrune paper "
             "itself is not public in a form that can be cited.", ""]
    text += table(["data", "EntryPrune, ours", "all, ours", "all", "NeuroFS", "LassoNet", "STG", "QuickSelection", "Fisher score"],
                  [[d, values(d, "entryprune"), values(d, "all-columns")] + NEUROFS[d].split() for d in data if d in NEUROFS])
    for judge, title, published in [("nearest", "Nearest neighbour as the judge", NEUROFS_NEAREST),
                                    ("trees", "Trees as the judge", NEUROFS_TREES)]:
        text += [f"## {title}", "", "Boosted trees (XGBoost); *published*: extremely randomised trees." if judge == "trees" else "K 50; Madelon 20.", ""]
        text += table(["data"] + heads + ["all, published", "NeuroFS"],
                      [[d] + [values(d, m, judge) for m in methods] + published.get(d, "– –").split() for d in data if study.named(d, judge)])
    text += ["## Stability over runs", "", "Nogueira's index of the choices of the seeds; 1: always the same, 0: as by chance.", ""]
    return text + table(["data", "EntryPrune", "flexible"], [[d] + [mean([study.stability(*runs(d, m))]) for m in methods[:2]] for d in data])


def entryprune_settings(study):
    names = [m for m in study.order(1)]
    rows = []
    for m in [m for m in names if not m.endswith("-columns")] + [m for m in names if m.endswith("-columns")]:
        runs = study.named(m)
        rotations = [r.get("rotations") for n in runs for r in study.result(n).get("runs", [])] if not m.endswith("-columns") else []
        rows.append([m, str(len(runs)), percent(study.values(m)), mean([study.stability(m)]), mean([r for r in rotations if r], "{:.0f}")]
                    + cost(study, m))
    accuracies, seconds = AUTHORS["isolet1"]
    rows.append(["the authors' code", str(len(accuracies)), percent([a / 100 for a in accuracies]), "–", "164", f"{seconds}", "–"])
    return ["## ISOLET, first file, K 50", "", "Test accuracy in per cent (support vector classifier), Nogueira's index of the choices over the runs. The authors' code: "
            "`Benchmarks/peers/entryprune_reference.py`, one thread.", ""] + table(
        ["method", "runs", "accuracy", "stability", "rotations", "seconds", "MB"], rows) + [
        "## Published", "", "The paper's figures show a sensitivity to the share of candidates (Fig. 8) and a low stability (Fig. 11); their numbers are not public. "
        "Its interaction example says that regrowth by gradient cannot see features that matter only together.", ""]


def sparse_networks(study):
    data, ours = study.order(0), ["dense"] + [s for s in study.order(2) if s[0] == "s" and s[1:].isdigit()]
    methods = ["set-strength", "set-attribution", "rigl-strength", "rigl-attribution"]

    def runs(d, m, s, judge="svc"):
        return (d, f"dense-{m.split('-')[1]}" if s == "dense" else m, s, judge)

    text = ["## Accuracy over sparsity", "", "Support vector classifier on the published test rows, K 100 (Madelon 20), in per cent. *paper*: ten seeds (arXiv 2408.04583, Table 6 and "
            "Figure 6), which has .25, .50, .80, .90, .95 and .98.", ""]
    rows = []
    for d in data:
        for m in methods:
            if not any(study.named(*runs(d, m, s)) for s in ours[1:]):
                continue
            rows.append([d, m, "ours"] + [percent(study.values(*runs(d, m, s)), 1) for s in ours])
            published = dict(zip(SPARSITIES, SPARSE[(d, m)].split()))
            rows.append(["", "", "paper"] + [published.get(s if s == "dense" else "." + s[1:], "–").replace("±", " ± ") for s in ours])
    text += table(["data", "method", ""] + ["dense"] + ["." + s[1:] for s in ours[1:]], rows)
    text += ["Beside them, of the same rows and judge:", ""]
    text += table(["data", "random columns", "all columns"],
                  [[d, percent(study.values(d, "random-columns", "svc"), 1), percent(study.values(d, "all-columns", "svc"), 1)] for d in data])
    text += ["## Stability over sparsity", "", "Nogueira's index of the choices of the seeds; not in the paper.", ""]
    rows = [[d, m] + [mean([study.stability(*runs(d, m, s))]) for s in ours] for d in data for m in methods
            if any(study.stability(*runs(d, m, s)) is not None for s in ours[1:])]
    text += table(["data", "method", "dense"] + ["." + s[1:] for s in ours[1:]], rows)
    text += ["## Another judge", "", "One nearest neighbour, in per cent; the paper has the support vector classifier alone.", ""]
    rows = [[d, m] + [percent(study.values(*runs(d, m, s, j)), 1) for s in ("dense", "s95") for j in ("svc", "nearest")]
            for d in data for m in methods if study.named(*runs(d, m, "s95", "nearest"))]
    text += table(["data", "method", "dense, SVC", "dense, nearest", ".95, SVC", ".95, nearest"], rows)
    rows = [[d, m] + [x for s in ("dense", "s95") for x in cost(study, *runs(d, m, s))] for d in data for m in methods
            if study.named(*runs(d, m, "s95"))]
    return text + ["## Time and memory", ""] + table(["data", "method", "dense, s", "dense, MB", ".95, s", ".95, MB"], rows)


PLANS = {f.__name__.replace("_", "-"): f for f in (unit_pruning, depth_pruning, entryprune, entryprune_settings, sparse_networks)}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("plan", choices=PLANS), p.add_argument("study")
    p.add_argument("--results", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "results"))
    a = p.parse_args()
    study = Study(a.study)
    path = os.path.join(a.results, f"{a.plan}.md")
    kept = open(path).read().partition(BY_HAND)[2] if os.path.exists(path) else "\n\n"
    title = next(line.partition(":")[2].strip() for line in open(os.path.join(a.study, "plan.yaml")) if line.startswith("study:"))
    text = [f"# {title[0].upper()}{title[1:]}", "", f"`Experiments/{a.plan}.yaml`, {len(study.runs):,} runs; made by `Experiments/compare.py {a.plan} "
            "FOLDER`, where FOLDER is that of the study; `espalier study report FOLDER` has the same numbers with ranks, critical differences and charts. "
            f"Mean ± sample deviation over seeds. {study.clock} Memory is that of one process that did all runs in turn.", ""]
    os.makedirs(a.results, exist_ok=True)
    text = [part for line in text + PLANS[a.plan](study) for part in ([line] if line[:1] in ("", "|", "#") else textwrap.wrap(line, 138))]
    with open(path, "w") as file:
        file.write("\n".join(text).rstrip() + f"\n\n{BY_HAND}" + (kept.rstrip() or "\n") + "\n")
    print(path)


if __name__ == "__main__":
    main()
