"""Writes f-statistics.json beside this script: data and scikit-learn's F statistics of it.

Run: python make_f_statistics.py   (NumPy and scikit-learn; made with scikit-learn 1.9)
"""

import json
import pathlib

import numpy as np
from sklearn.feature_selection import f_classif, f_regression


def main():
    generator = np.random.default_rng(4)
    rows, columns = 120, 9
    labels = generator.choice(4, rows, p=[0.5, 0.3, 0.15, 0.05])
    x = generator.normal(size=(rows, columns)) + labels[:, None] * generator.uniform(-1, 1, columns)
    x[:, 2] += 10_000  # far from zero
    x[:, 3] *= 1e-6  # small
    x = x.astype(np.float32).astype(np.float64)
    values = (x[:, 0] - x[:, 4] + generator.normal(size=rows)).astype(np.float32)
    golden = {
        "rowCount": rows,
        "columnCount": columns,
        "values": x.ravel().tolist(),
        "labels": labels.tolist(),
        "targets": values.astype(float).tolist(),
        "classification": f_classif(x, labels)[0].tolist(),
        "regression": f_regression(x, values.astype(np.float64))[0].tolist(),
    }
    path = pathlib.Path(__file__).with_name("f-statistics.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
