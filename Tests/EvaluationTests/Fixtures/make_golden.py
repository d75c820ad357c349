"""Writes golden.json beside this script: data and what scikit-learn learns from it.

Run: python make_golden.py   (NumPy and scikit-learn; made with scikit-learn 1.9)
"""

import json
import pathlib

import numpy as np
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.metrics import accuracy_score, balanced_accuracy_score, mean_squared_error, r2_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def as_float(values):
    """Rounds to what a 32-bit float holds, so that both sides see the same numbers."""
    return np.asarray(values, np.float32).astype(np.float64)


def block(values):
    return [float(value) for value in np.asarray(values).ravel()]


def flowers(generator, rows, overlap, shift=0.0, zeros=0.0):
    """Three classes of four columns, as irises are; class labels in random order."""
    centres = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]])
    labels = generator.integers(0, 3, rows)
    values = centres[labels] + shift + overlap * generator.normal(size=(rows, 4))
    values[generator.random(values.shape) < zeros] = 0
    return as_float(values), labels


def classification(generator, **recipe):
    x, y = flowers(generator, 240, **recipe)
    train, test = slice(0, 150), slice(150, 240)
    svc = SVC().fit(x[train], y[train])
    scaler = StandardScaler().fit(x[train])
    ridge = RidgeClassifier().fit(scaler.transform(x[train]), y[train])
    nearest = KNeighborsClassifier(1, algorithm="brute").fit(x[train], y[train])
    return {
        "columnCount": 4,
        "trainingCount": 150,
        "values": block(x),
        "labels": y.tolist(),
        "svc": svc.predict(x[test]).tolist(),
        "ridge": ridge.predict(scaler.transform(x[test])).tolist(),
        "nearest": nearest.predict(x[test]).tolist(),
    }


def regression(generator, rows, columns):
    x = generator.normal(size=(rows, columns)) * generator.uniform(0.1, 20, columns) + 7
    x[:, 1] = 3  # a constant column
    x[:, 2] = x[:, 0] + 0.01 * generator.normal(size=rows)  # nearly a copy
    x = as_float(x)
    y = as_float(x[:, 0] - 2 * x[:, 3] + 50 + generator.normal(size=rows))
    train, test = slice(0, rows // 2), slice(rows // 2, rows)
    scaler = StandardScaler().fit(x[train])
    ridge = Ridge().fit(scaler.transform(x[train]), y[train])
    predicted = ridge.predict(scaler.transform(x[test]))
    return {
        "columnCount": columns,
        "trainingCount": rows // 2,
        "values": block(x),
        "targets": block(y),
        "coefficients": block(ridge.coef_),
        "intercept": float(ridge.intercept_),
        "predictions": block(predicted),
        "rSquared": float(r2_score(y[test], predicted)),
        "meanSquaredError": float(mean_squared_error(y[test], predicted)),
    }


def metrics(generator):
    truth = generator.choice(4, 60, p=[0.6, 0.2, 0.15, 0.05])
    predicted = np.where(generator.random(60) < 0.7, truth, generator.integers(0, 4, 60))
    return {
        "truth": truth.tolist(),
        "predicted": predicted.tolist(),
        "accuracy": accuracy_score(truth, predicted),
        "balancedAccuracy": balanced_accuracy_score(truth, predicted),
    }


def main():
    generator = np.random.default_rng(20)
    golden = {
        "classification": [
            classification(generator, overlap=0.4),
            classification(generator, overlap=1.2),
            classification(generator, overlap=0.6, shift=-4.0, zeros=0.8),
        ],
        "regression": [regression(generator, 80, 7), regression(generator, 40, 33)],
        "metrics": metrics(generator),
    }
    path = pathlib.Path(__file__).with_name("golden.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
