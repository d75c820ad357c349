"""Writes group-statistics.json beside this script: what groups of columns score by Pillai's trace.

The data are those of f-statistics.json and a categorical column, whose levels stand behind them as
columns of 0 and 1. Tails of F distributions are written as well.

Run: python make_group_statistics.py   (NumPy and SciPy; made with SciPy 1.17)
"""

import json
import pathlib

import numpy as np
from scipy.optimize import brentq
from scipy.stats import f


def statistic(x, y):
    """The F statistic of one column that is as unlikely as the trace of all columns of x."""
    n = len(x)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    k, q = np.linalg.matrix_rank(x), np.linalg.matrix_rank(y)
    hat = x @ np.linalg.pinv(x)
    trace = np.trace(np.linalg.pinv(y) @ hat @ y)
    s, m = min(k, q), max(k, q)
    value = trace / (s - trace) * (n - 1 - m) / m
    tail = f.logsf(value, s * m, s * (n - 1 - m))
    return brentq(lambda x: f.logsf(x, q, n - 1 - q) - tail, 1e-6, 1e4, xtol=1e-10)


def main():
    here = pathlib.Path(__file__)
    data = json.loads(here.with_name("f-statistics.json").read_text())
    generator = np.random.default_rng(5)
    labels = np.array(data["labels"])
    x = np.array(data["values"]).reshape(len(labels), -1)
    x[:, 2] -= 10_000  # as it is for the pseudo-inverse
    levels = (2 * labels + generator.integers(0, 4, len(labels))) % 6
    x = np.hstack([x / x.std(axis=0), np.eye(6)[levels]])
    groups = [[1, 2, 3], [8, 4], [0, 6, 5, 7], list(range(9, 15))]
    indicators = np.eye(4)[labels]
    values = np.array(data["targets"])[:, None]
    tails = [[1, 10, 4.96], [5, 10, 3.3258], [12, 587, 30], [2, 997, 800], [49, 150, 0.5],
             [98, 300, 1.2], [1, 60, 1e-6]]
    golden = {
        "levels": levels.tolist(),
        "groups": groups,
        "classification": [statistic(x[:, group], indicators) for group in groups],
        "regression": [statistic(x[:, group], values) for group in groups],
        "tails": [row + [f.logsf(row[2], row[0], row[1])] for row in tails],
    }
    here.with_name("group-statistics.json").write_text(
        json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
