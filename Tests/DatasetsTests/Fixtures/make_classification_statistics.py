"""Writes classification-statistics.json beside this script: what scikit-learn's data look like.

For each setting the mean and the deviation, over 200 data sets of `make_classification`, of
  coverage     informative columns among as many columns of greatest F statistic
  gap          mean over informative columns of the difference of the class means, in deviations
  deviation    mean standard deviation of the informative columns
  correlation  mean absolute correlation of neighbouring informative columns within the first class

Run: python make_classification_statistics.py   (NumPy and scikit-learn; made with scikit-learn 1.9)
"""

import json
import pathlib

import numpy as np
from sklearn.datasets import make_classification
from sklearn.feature_selection import f_classif

RUNS, INFORMATIVE = 200, 100
SETTINGS = [(1000, 1, 1.0, 0.01), (1000, 2, 1.0, 0.01), (1000, 2, 3.0, 0.2)]


def statistics(rows, clusters, separation, flip, seed):
    x, y = make_classification(
        rows, 2 * INFORMATIVE, n_informative=INFORMATIVE, n_redundant=0, class_sep=separation,
        n_clusters_per_class=clusters, flip_y=flip, shuffle=False, random_state=seed)
    best = np.argsort(-f_classif(x, y)[0])[:INFORMATIVE]
    x = x[:, :INFORMATIVE]
    first, second = x[y == 0], x[y == 1]
    deviation = x.std(axis=0)
    matrix = np.corrcoef(first.T)
    return (
        (best < INFORMATIVE).mean(), (abs(first.mean(0) - second.mean(0)) / deviation).mean(),
        deviation.mean(), abs(np.diagonal(matrix, 1)).mean())


def main():
    golden = []
    for rows, clusters, separation, flip in SETTINGS:
        values = np.array([statistics(rows, clusters, separation, flip, s) for s in range(RUNS)])
        golden.append({
            "rowCount": rows, "clustersPerClass": clusters, "separation": separation, "flip": flip,
            "runs": RUNS, "means": values.mean(0).round(5).tolist(),
            "deviations": values.std(0, ddof=1).round(5).tolist()})
    path = pathlib.Path(__file__).with_name("classification-statistics.json")
    path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
