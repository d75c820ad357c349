#!/usr/bin/env python3
"""What a column store costs: opening a big one, making one of text, reading few of its columns.

    column_store.py ESPALIER [--rows 1000000] [--columns 28] [--folder runs/column-store]

Text of ROWS x COLUMNS normal numbers with four decimals is converted, beside `wc -l` on the same
file, both after it was read once. Wide data of 200 x 1,000,000 bytes are made, opened and five of
their columns read. Times are those of the wall, and of the processor in brackets; memory is the
peak of the process. Prints Markdown.
"""
import argparse
import json
import os
import pathlib
import random
import struct
import subprocess
import time


def run(*command, status=0):
    """Seconds of the wall and of the processor, peak bytes."""
    before = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if status else None)
    _, found, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(found) != status:
        raise SystemExit(f"{command[1]} failed")
    seconds = time.monotonic() - before
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def write_result(folder, names):
    """What `transform` takes for the choice of an earlier run."""
    features = [{"index": index, "name": name} for index, name in enumerate(names)]
    (folder / "result.json").write_text(json.dumps({"schema": 1, "features": features}))


def checksum(data):
    """ContentHash of Datasets."""
    mask = 2**64 - 1
    state = 0x9E3779B185EBCA87
    words = [len(data)]
    words += struct.unpack(f"<{len(data) // 8}Q", data[: len(data) // 8 * 8])
    words.append(int.from_bytes(data[len(data) // 8 * 8 :], "big"))
    for word in words:
        mixed = state ^ (word * 0xC2B2AE3D27D4EB4F & mask)
        state = ((mixed << 27 | mixed >> 37) * 0x9E3779B185EBCA87 + 0x85EBCA77C2B2AE63) & mask
    state = (state ^ state >> 33) * 0xC2B2AE3D27D4EB4F & mask
    state = (state ^ state >> 29) * 0x165667B19E3779F9 & mask
    return state ^ state >> 32


def write_big(path, rows, columns):
    """A store of zeros that takes no room on the disk; its columns' checksums are not those."""
    schema = struct.pack("<5Q", rows, columns, 0, 0, 1)
    schema += struct.pack("<8B3Q", 0, 1, 0, 0, 0, 0, 0, 0, columns, 50, 4096)
    schema += b"".join(struct.pack("<2I", 0, column) for column in range(columns))
    schema += bytes(8 * columns)
    names = [f"x{column}".encode() for column in range(columns)]
    schema += b"".join(struct.pack("<I", len(name)) for name in names) + b"".join(names)
    schema += bytes(4 * 8)
    end = 4096 + rows * columns
    end += -end % 4096
    preamble = bytes.fromhex("894553504c520d0a") + struct.pack(
        "<2I5Q", 1, 0, end + len(schema), end, len(schema), checksum(schema), 0)
    with open(path, "wb") as file:
        file.write(preamble + struct.pack("<Q", checksum(preamble)))
        file.seek(end)
        file.write(schema)


def write_text(path, rows, columns):
    """Blocks of 50,000 different rows, repeated."""
    source = random.Random(0)
    lines = []
    for row in range(min(rows, 50_000)):
        cells = ("%.4f" % source.gauss(0, 1) for _ in range(columns))
        lines.append(f"{row % 2}," + ",".join(cells) + "\n")
    with open(path, "w") as file:
        file.write("target," + ",".join(f"x{i}" for i in range(columns)) + "\n")
        while rows > 0:
            file.writelines(lines[:rows])
            rows -= len(lines)


def report(name, result, byte_count=None):
    seconds, processor, peak = result
    speed = ""
    if byte_count:
        speed = f"{byte_count / seconds / 1e6:.0f} ({byte_count / processor / 1e6:.0f})"
    print(f"| {name} | {seconds:.2f} ({processor:.2f}) | {speed} | {peak / 1e6:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("espalier", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=28)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("runs/column-store"))
    options = parser.parse_args()
    espalier = options.espalier.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    text, tall = options.folder / "tall.csv", options.folder / "tall.espalier"
    wide = options.folder / "wide.espalier"
    few = options.folder / "few.csv"
    write_text(text, options.rows, options.columns)
    size = text.stat().st_size
    run("cat", text)
    print("| | seconds (processor) | MB/s (processor) | peak MB |\n| --- | --- | --- | --- |")
    report(f"wc -l on {size / 1e6:.0f} MB of text", run("wc", "-l", text), size)
    report("text to store", run(
        espalier, "convert", text, tall, "--target", "target", "--force"), size)
    report("wide data, 200 x 1,000,000", run(
        espalier, "generate", "wide", "--output", wide, "--force"))
    report("all of it inspected", run(espalier, "inspect", wide, "--columns", "5"))
    write_result(options.folder, [f"x{i * 199_999}" for i in range(1, 6)])
    report("five of its columns written as text", run(
        espalier, "transform", options.folder, wide, "--output", few, "--force"))
    big = options.folder / "big.espalier"
    write_big(big, 10_000_000, 1000)
    write_result(options.folder, ["no such column"])
    report(f"{big.stat().st_size / 1e9:.0f} GB opened, to find that a column is not there", run(
        espalier, "transform", options.folder, big, "--output", few, "--force", status=65))
    big.unlink()


if __name__ == "__main__":
    main()
