#!/usr/bin/env python3
"""Measures what a study costs beyond its runs, and a report over very many of them.

    study.py [--runs 1000] [--folders 10000] [--jobs 1] [--espalier PROGRAM] [--work FOLDER]

First a study of so many tiny selections: the time of the whole command less that of its runs, divided by their number. Then a report over
so many folders; they are copies of one run under the names, options and seeds of a plan, with records that belong to them.
"""
import argparse, hashlib, json, os, resource, shutil, subprocess, sys, tempfile, time

PLAN = """verb: select
seeds: {seeds}
options: {{target: target, test-fraction: 0.3}}
data: {{{data}}}
methods: [f-test, random]
counts: [1, 2]
"""
MASK = (1 << 64) - 1


def seed_of(name, plan_seed=0):
    """The seed of a run: RandomSource(seed).substream(name), its first number, upper half."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK

    def split_mix(state):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        bits = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
        return state, bits ^ (bits >> 31)

    state = split_mix(plan_seed ^ value)[1]
    state, _ = split_mix(state)
    _, second = split_mix(state)
    rotated = (second * 5) & MASK
    rotated = ((rotated << 7) | (rotated >> 57)) & MASK
    return ((rotated * 9) & MASK) >> 32


def records(folder):
    for name in os.listdir(f"{folder}/runs"):
        path = f"{folder}/runs/{name}/record.jsonl"
        if os.path.exists(path):
            yield name, json.loads(open(path).readline())


def write_plan(work, data_sets, seeds):
    names = ", ".join(f"d{i}: data.csv" for i in range(data_sets))
    with open(f"{work}/plan.yaml", "w") as file:
        file.write(PLAN.format(seeds=seeds, data=names))


def call(*words, **options):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{words}\n{done.stderr}")
    return done.stdout


def overhead(a, work):
    # Two data sets: of each (2 methods + random columns) x 2 counts x seeds, and all columns once.
    write_plan(work, 2, max(1, round(a.runs / 12)))
    begin = os.times()
    start = time.time()
    call(a.espalier, "study", "run", "plan.yaml", "--output", "s", "--jobs", a.jobs, "--quiet", cwd=work)
    wall = time.time() - start
    end = os.times()
    cpu = end.children_user + end.children_system - begin.children_user - begin.children_system
    done = [record for _, record in records(f"{work}/s")]
    inside = sum(record["seconds"] for record in done)
    print(f"{len(done)} runs: {wall:.2f} s in all, {inside:.2f} s in the runs,"
          f" overhead {1000 * (wall * a.jobs - inside) / len(done):.2f} ms a run (processor time in all {cpu:.2f} s)")


def report(a, work):
    model = next(record for name, record in records(f"{work}/s") if ".f-test.k2." in name)
    source = f"{work}/s/runs/{model['name']}/output"
    data_sets, seeds = 20, max(1, round(a.folders / 20 / 6))
    write_plan(work, data_sets, seeds)
    names = call(a.espalier, "study", "run", "plan.yaml", "--output", "t", "--list", cwd=work).split()
    os.makedirs(f"{work}/t/runs")
    shutil.copy(f"{work}/plan.yaml", f"{work}/t/plan.yaml")
    shutil.copy(f"{work}/s/study.json", f"{work}/t/study.json")
    for number, name in enumerate(names):
        parts = name.split(".")
        method = {"random-columns": "random", "all-columns": "random"}.get(parts[1], parts[1])
        options = {"data": "data.csv", "target": "target", "test-fraction": "0.3", "method": method, "seed": seed_of(name)}
        if parts[1] == "all-columns":
            options.update(baselines="true", count=1)
        else:
            options["count"] = parts[2][1:]
        record = dict(model, name=name, arguments=["select"] + sorted(f"{k}={v}" for k, v in options.items()))
        record["measures"] = [dict(model["measures"][0], value=(number * 37 % 101) / 101)]
        folder = f"{work}/t/runs/{name}"
        shutil.copytree(source, f"{folder}/output")
        line = json.dumps(record, separators=(",", ":"), sort_keys=True)
        with open(f"{folder}/record.jsonl", "w") as file:
            file.write(line + "\n" + json.dumps({"sha256": hashlib.sha256(line.encode()).hexdigest()}, separators=(",", ":")) + "\n")
    for verb in ("status", "report"):
        start, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen([a.espalier, "study", verb, "t", "--json"], cwd=work, stdout=subprocess.PIPE)
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        result = json.loads(text)
        assert status == 0 and result["done"] == len(names), (status, result["done"], len(names))
        print(f"study {verb} over {len(names)} folders: {time.time() - start:.2f} s, processor"
              f" {usage.ru_utime + usage.ru_stime:.2f} s, largest memory {usage.ru_maxrss / 1024:.0f} MB")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--runs", type=int, default=1000), p.add_argument("--folders", type=int, default=10000)
    p.add_argument("--jobs", type=int, default=1), p.add_argument("--espalier", default=".build/release/espalier")
    p.add_argument("--work", help="a folder on the disk to measure; otherwise a temporary one")
    a = p.parse_args()
    a.espalier = os.path.abspath(a.espalier)
    with tempfile.TemporaryDirectory(dir=a.work) as work:
        call(a.espalier, "generate", "correlated", "--rows", 40, "--columns", 5, "--informative", 2, "--output", "data.csv", cwd=work)
        overhead(a, work)
        if a.folders:
            report(a, work)


if __name__ == "__main__":
    main()
