#!/usr/bin/env python3
"""Feature selection by sparse training (arXiv 2408.04583, SET) with masks on dense matrices in PyTorch, the way research code does it.

    masked_selection_reference.py DATA [--k 100] [--sparsity 0.95] [--epochs 200] [--seed 0] [--importance strength attribution]
    masked_selection_reference.py DATA --time-epochs 5          only measures seconds per epoch
    masked_selection_reference.py DATA --convert FILE.npz       only writes DATA as an .npz, unscaled

DATA is an .npz (X_train, y_train, X_test, y_test), a .mat file (X/Y or fea/gnd; several joined by commas are pooled) or a folder with
the four MNIST-style IDX.gz files. A .mat file is split by --test-rows (a file of row numbers), else 80/20 at random, random_state 42.

Written from the paper, protocol: network d-1000-100-C, ReLU, masks of Erdos-Renyi densities, Adam 1e-3 with coupled weight decay;
every 10 steps the share zeta (cosine from 0.3 to 0.005 over 200 epochs) of the weights of least magnitude is dropped and as many
places grow at random, in expectation, with weight zero; 20 % of the training rows, drawn with the seed, validate; training stops
when 50 epochs pass without a better validation loss; the importance of each step before it, summed over the epochs before the best
one, ranks the columns; SVC with scikit-learn's defaults on all training rows judges. --loss batch is the published one: softmax over
the rows of the batch, then cross-entropy. --sparsity 0 trains the dense network. --truth names a file with `informative` columns
(of `espalier generate`) whose coverage is reported. Batches are gathered from tensors, which is faster than PyTorch's DataLoader.
Prints one JSON object; the seconds of an epoch include importance and validation. Needs torch, numpy, scipy, scikit-learn.
"""
import argparse, copy, json, math, os, statistics, time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from entryprune_reference import read_idx, read_mat
from sparse_step_reference import erdos_renyi


def load(a):
    """X_train, y_train, X_test, y_test, unscaled, classes numbered from 0."""
    if a.data.endswith(".npz"):
        file = np.load(a.data)
        xa, ya, xt, yt = (file[name] for name in ("X_train", "y_train", "X_test", "y_test"))
    elif os.path.isdir(a.data):
        part = lambda kind: (read_idx(f"{a.data}/{kind}-images-idx3-ubyte.gz"), read_idx(f"{a.data}/{kind}-labels-idx1-ubyte.gz"))
        (xa, ya), (xt, yt) = part("train"), part("t10k")
        xa, xt = xa.reshape(len(xa), -1), xt.reshape(len(xt), -1)
    else:
        parts = [read_mat(path) for path in a.data.split(",")]
        x, y = np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])
        if a.test_rows:
            test = np.isin(np.arange(len(y)), np.loadtxt(a.test_rows, dtype=int))
            xa, ya, xt, yt = x[~test], y[~test], x[test], y[test]
        else:
            xa, xt, ya, yt = train_test_split(x, y, test_size=0.2, random_state=42)
    names = np.unique(np.concatenate((ya, yt)))
    return xa.astype("float32"), np.searchsorted(names, ya), xt.astype("float32"), np.searchsorted(names, yt)


def loss_of(logits, y, kind):
    return F.cross_entropy(torch.softmax(logits, 0) if kind == "batch" else logits, y)


def strength(layers, x, probability):
    return layers[0].weight.detach().abs().sum(0)


@torch.no_grad()
def attribution(layers, x, probability):
    """Sum over classes of the mean over rows of |d f_c / d x|, f the logits or their softmax over classes."""
    (w1, w2, w3) = (layer.weight for layer in layers)
    h1 = torch.relu(layers[0](x))
    h2 = torch.relu(layers[1](h1))
    gradient = (((h2 > 0)[:, None] * w3[None]) @ w2 * (h1 > 0)[:, None]) @ w1  # rows x classes x columns
    if probability:
        p = torch.softmax(layers[2](h2), 1)[:, :, None]
        gradient = p * (gradient - (p * gradient).sum(1, keepdim=True))
    return gradient.abs().mean(0).sum(0)


@torch.no_grad()
def rewire(weight, mask, zeta):
    """Drops the share `zeta` of least magnitude, grows as many at random in expectation; new weights are zero."""
    active = mask > 0
    k = math.ceil(zeta * int(active.sum()))
    threshold = weight[active].abs().kthvalue(k).values
    dropped = active & (weight.abs() <= threshold)
    weight[dropped], mask[dropped] = 0, 0
    free = mask == 0
    mask[free & (torch.rand_like(mask) < int(dropped.sum()) / max(int(free.sum()), 1))] = 1


def validation_loss(layers, x, y, a):
    order = torch.randperm(len(y))
    with torch.no_grad():
        losses = [loss_of(forward(layers, x[rows]), y[rows], a.loss) * len(rows) for rows in order.split(a.batch)]
    return float(sum(losses)) / len(y)


def forward(layers, x):
    return layers[2](torch.relu(layers[1](torch.relu(layers[0](x)))))


def train(a, x, y, xv, yv, classes):
    """Trains until the validation loss stops falling; returns summed importance by measure, and what happened."""
    widths = [x.shape[1], 1000, 100, classes]
    layers = [torch.nn.Linear(m, n) for m, n in zip(widths[:-1], widths[1:])]
    masks = [(torch.rand_like(layer.weight) < d).float() for layer, d in zip(layers, erdos_renyi(widths, 1 - a.sparsity))]
    sparse = a.sparsity > 0
    remask = lambda: [layer.weight.data.mul_(mask) for layer, mask in zip(layers, masks)] if sparse else None
    remask()
    optimizer = torch.optim.Adam([p for layer in layers for p in layer.parameters()], lr=1e-3, weight_decay=a.l2)
    measures = {name: dict(strength=strength, attribution=attribution)[name] for name in a.importance}
    total = {name: torch.zeros(x.shape[1]) for name in measures}
    best = dict(loss=math.inf, epoch=-1, total=None)
    horizon, step, seconds = math.ceil(len(y) / a.batch) * 200, 0, []
    for epoch in range(a.time_epochs or a.epochs):
        start = time.perf_counter()
        before = copy.deepcopy(total)
        for rows in torch.randperm(len(y)).split(a.batch):
            step += 1
            optimizer.zero_grad()
            loss_of(forward(layers, x[rows]), y[rows], a.loss).backward()
            for name, measure in measures.items():
                total[name] += measure(layers, x[rows], a.attribution_output == "softmax")
            optimizer.step()
            remask()
            if sparse and a.topology == "set" and step % 10 == 0:
                zeta = 0.005 + 0.5 * (0.3 - 0.005) * (1 + math.cos(math.pi * min(step / horizon, 1)))
                for layer, mask in zip(layers, masks):
                    rewire(layer.weight, mask, zeta)
        loss = validation_loss(layers, xv, yv, a)
        seconds.append(time.perf_counter() - start)
        if loss < best["loss"] or epoch < 5:  # the first five always count as better
            best = dict(loss=loss, epoch=epoch, total=before if epoch > 0 else copy.deepcopy(total))
        if epoch - best["epoch"] >= 50:
            break
    kept = [float(mask.mean()) for mask in masks] if sparse else [1.0] * 3
    return best, dict(secondsPerEpoch=round(statistics.median(seconds), 4), epochs=len(seconds), bestEpoch=best["epoch"],
                      validationLoss=round(best["loss"], 5), densities=[round(d, 4) for d in kept])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("data"), p.add_argument("--test-rows"), p.add_argument("--convert"), p.add_argument("--truth")
    p.add_argument("--k", type=int, default=100), p.add_argument("--sparsity", type=float, default=0.95)
    p.add_argument("--epochs", type=int, default=200), p.add_argument("--time-epochs", type=int)
    p.add_argument("--seed", type=int, default=0), p.add_argument("--threads", type=int, default=1)
    p.add_argument("--importance", nargs="+", choices=["strength", "attribution"], default=["strength"])
    p.add_argument("--attribution-output", choices=["softmax", "logit"], default="softmax")
    p.add_argument("--topology", choices=["set", "static"], default="set")
    p.add_argument("--loss", choices=["ordinary", "batch"], default="ordinary")
    p.add_argument("--batch", type=int, default=100), p.add_argument("--l2", type=float, default=1e-4)
    p.add_argument("--scaling", choices=["standard", "minmax", "none"], default="standard")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    xa, ya, xt, yt = load(a)
    if a.convert:
        np.savez_compressed(a.convert, X_train=xa, y_train=ya, X_test=xt, y_test=yt)
        return
    if a.scaling != "none":
        scaler = (StandardScaler() if a.scaling == "standard" else MinMaxScaler()).fit(xa)
        xa, xt = scaler.transform(xa), scaler.transform(xt)
    classes = int(max(ya.max(), yt.max())) + 1
    parts = train_test_split(xa, ya, test_size=0.2, random_state=a.seed)
    x, xv, y, yv = (torch.from_numpy(np.ascontiguousarray(part)) for part in parts)
    best, result = train(a, x, y, xv, yv, classes)
    result = dict(data=a.data, k=a.k, sparsity=a.sparsity, loss=a.loss, l2=a.l2, seed=a.seed, **result)
    if not a.time_epochs:
        for name, scores in best["total"].items():
            chosen = torch.argsort(scores, descending=True, stable=True)[: a.k].tolist()
            score = SVC().fit(xa[:, chosen], ya).score(xt[:, chosen], yt)
            result[name] = dict(accuracy=round(float(score), 4), features=chosen)
            if a.truth:
                informative = json.load(open(a.truth))["informative"]
                result[name]["coverage"] = len(set(informative) & set(chosen)) / len(informative)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
