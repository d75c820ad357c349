#!/usr/bin/env python3
"""Measures one training step the way dense and masked networks do it, and the forward pass of SciPy's sparse matrices.

    sparse_step_reference.py [--widths 784,1000,100,10] [--density 0.05 0.02] [--batch 100] [--steps 50] [--warmup 5]

PyTorch eager on the processor, one thread, random data; a step is forward, cross-entropy, backward and Adam; ReLU between layers.
  dense    no mask.
  masked   forward with weight * mask, dense gradients and moments, mask applied to the weights again after the step.
  remasked dense forward of weights that are zero off the mask, mask applied after the step only: the research code's way.
  csrForward, denseForward  csr @ X^T + bias and ReLU per layer in SciPy, float32, forward only, beside it PyTorch's dense forward.
Densities of the layers are those of Erdos-Renyi. The ways take turns round by round, so that a disturbance meets all of them.
Prints one JSON object of median seconds. Needs torch, numpy, scipy; with --fused Adam is PyTorch's fused one, which is no default.
"""
import argparse, json, os, statistics, time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import scipy.sparse
import torch
import torch.nn.functional as F


def erdos_renyi(widths, density):
    """The density of each layer: (a + b) / (a b) times a common factor, 1 where that is more, `density` overall."""
    shapes = list(zip(widths[:-1], widths[1:]))
    size = [a * b for a, b in shapes]
    ends = [a + b for a, b in shapes]
    full = set()
    while len(full) < len(shapes):
        rest = [i for i in range(len(shapes)) if i not in full]
        factor = (density * sum(size) - sum(size[i] for i in full)) / sum(ends[i] for i in rest)
        most = max(ends[i] / size[i] for i in rest)
        if factor * most <= 1:
            break
        full |= {i for i in rest if ends[i] / size[i] == most}
    return [1.0 if i in full else factor * ends[i] / size[i] for i in range(len(shapes))]


def random_layers(widths, densities, generator):
    """Weights (outputs x inputs), masks and biases, all float32, with PyTorch's initial range."""
    layers = []
    for a, b, density in zip(widths[:-1], widths[1:], densities):
        mask = (torch.rand(b, a, generator=generator) < density).float()
        weight = (2 * torch.rand(b, a, generator=generator) - 1) / a**0.5
        bias = (2 * torch.rand(b, generator=generator) - 1) / a**0.5
        layers.append(((weight * mask).requires_grad_(), mask, bias.requires_grad_()))
    return layers


def logits(layers, x, multiplies):
    for i, (weight, mask, bias) in enumerate(layers):
        x = F.linear(x, weight * mask if multiplies else weight, bias)
        x = x if i == len(layers) - 1 else torch.relu(x)
    return x


def training_step(a, way, densities, x, y):
    """A function that does one step."""
    layers = random_layers(a.widths, densities, torch.Generator().manual_seed(1))
    parameters = [p for weight, _, bias in layers for p in (weight, bias)]
    optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=a.fused)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(logits(layers, x, way == "masked"), y).backward()
        optimizer.step()
        if way != "dense":
            with torch.no_grad():
                for weight, mask, _ in layers:
                    weight.mul_(mask)

    return step


def forward_passes(a, densities, x):
    """Functions that do one forward pass: SciPy's CSR, features in rows, and PyTorch's dense one."""
    layers = random_layers(a.widths, densities, torch.Generator().manual_seed(1))
    sparse = [(scipy.sparse.csr_matrix(w.detach().numpy()), b.detach().numpy()[:, None]) for w, _, b in layers]
    columns = np.ascontiguousarray(x.numpy().T)

    def csr():
        value = columns
        for i, (weight, bias) in enumerate(sparse):
            value = weight @ value + bias
            if i < len(sparse) - 1:
                np.maximum(value, 0, out=value)

    @torch.no_grad()
    def dense():
        logits(layers, x, False)

    return {"csrForward": csr, "denseForward": dense}


def medians(ways, a):
    seconds = {name: [] for name in ways}
    for round in range(a.warmup + a.steps):
        for name, step in ways.items():
            start = time.perf_counter()
            step()
            if round >= a.warmup:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--widths", type=lambda s: [int(w) for w in s.split(",")], default=[784, 1000, 100, 10])
    p.add_argument("--density", type=float, nargs="+", default=[0.05, 0.02])
    p.add_argument("--batch", type=int, default=100)
    p.add_argument("--steps", type=int, default=50), p.add_argument("--warmup", type=int, default=5)
    p.add_argument("--threads", type=int, default=1), p.add_argument("--fused", action="store_true")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    x, y = torch.randn(a.batch, a.widths[0]), torch.randint(a.widths[-1], (a.batch,))
    results = []
    for density in a.density:
        densities = erdos_renyi(a.widths, density)
        full = [1.0] * len(densities)
        ways = {way: training_step(a, way, full if way == "dense" else densities, x, y) for way in ("dense", "masked", "remasked")}
        ways.update(forward_passes(a, densities, x))
        results.append(dict(density=density, layers=[round(d, 4) for d in densities],
                            seconds={name: float(f"{s:.4g}") for name, s in medians(ways, a).items()}))
    print(json.dumps(dict(widths=a.widths, batch=a.batch, steps=a.steps, threads=a.threads, fused=a.fused,
                          torch=torch.__version__, scipy=scipy.__version__, results=results)))


if __name__ == "__main__":
    main()
