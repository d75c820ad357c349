#!/usr/bin/env python3
"""Compares reading a CSV file with pandas' C reader: seconds and peak memory.

    csv_reading.py [--espalier .build/release/espalier] [--python PYTHON] [--megabytes 200] [--rounds 3]

Makes a file of a label and 28 columns of numbers with --decimals digits (0: as Python prints them, 17 digits), and of one
small integer, in a folder of its own. Ours is `espalier select` for a target that is not there: it reads the table and then
refuses it; its start is in the time. The peer's time is that of `read_csv` alone. They take turns, one thread each, and the
best of --rounds counts. Prints Markdown. --python needs pandas.
"""
import argparse, json, os, random, resource, subprocess, sys, tempfile, time


def make(path, megabytes, decimals):
    source = random.Random(0)
    number = (lambda: repr(source.gauss(0, 1))) if decimals == 0 else (lambda: f"{source.gauss(0, 1):.{decimals}f}")
    lines = "".join(f"{i % 2}," + ",".join(number() for _ in range(28)) + f",{i % 100}\n" for i in range(10_000))
    with open(path, "w") as file:
        file.write("y," + ",".join(f"f{i}" for i in range(28)) + ",count\n")
        while file.tell() < megabytes * 1_000_000:
            file.write(lines)


def ours(a, path):
    # No column has this name: the table is read as a whole, and then refused.
    command = [a.espalier, "select", path, "--target", "no such column", "--count", "1", "--quiet"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if "no column 'no such column'" not in message:
        sys.exit(message)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def theirs(a, path):
    script = os.path.join(os.path.dirname(__file__), "peers/pandas_csv.py")
    run = subprocess.run([a.python, script, path], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    found = json.loads(run.stdout)
    return found["seconds"], found["processor"], found["peak"]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--espalier", default=".build/release/espalier"), p.add_argument("--python", default=sys.executable)
    p.add_argument("--megabytes", type=int, default=200), p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--decimals", type=int, nargs="+", default=[4, 0])
    a = p.parse_args()
    print(f"{a.megabytes} MB, 30 columns\n")
    print("| digits | reader | seconds | MB/s | processor seconds | peak memory, MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "numbers.csv")
        for decimals in a.decimals:
            make(path, a.megabytes, decimals)
            found = {"espalier": [], "pandas": []}
            for _ in range(a.rounds):
                found["espalier"].append(ours(a, path)), found["pandas"].append(theirs(a, path))
            for name, runs in found.items():
                seconds, processor, peak = (min(values) for values in zip(*runs))
                print(f"| {decimals or 'all'} | {name} | {seconds:.2f} | {a.megabytes / seconds:.0f} | {processor:.2f} | {peak / 1e6:.0f} |")


if __name__ == "__main__":
    main()
