#!/usr/bin/env python3
"""Writes golden.json: outputs and gradients of every operation, loss and optimizer, by PyTorch.

    python3 make_golden.py > golden.json        # made with torch 2.13.0 (CPU)

Every number is float32, printed with nine significant digits.
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_num_threads(1)


def plain(t):
    return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]


def operation(kind, shapes, function, parameters=()):
    inputs = [torch.randn(s, requires_grad=True) for s in shapes]
    parameters = [torch.randn(s).mul(0.5).requires_grad_() for s in parameters]
    y = function(*inputs, *parameters)
    dy = torch.randn_like(y)
    y.backward(dy)
    return dict(kind=kind, shapes=[list(i.shape[1:]) for i in inputs], batch=inputs[0].shape[0],
                inputs=[plain(i) for i in inputs], parameters=[plain(p) for p in parameters],
                output=plain(y), outputGradient=plain(dy),
                inputGradients=[plain(i.grad) for i in inputs],
                parameterGradients=[plain(p.grad) for p in parameters])


# The entries of a sparse 4 x 7 matrix: a row without any, a column without any, a full row.
ROWS = [0, 0, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3]
COLUMNS = [1, 5, 0, 1, 2, 3, 4, 5, 6, 0, 2, 6]


def sparse_linear(x, w, b):
    return F.linear(x, torch.zeros(4, 7).index_put((torch.tensor(ROWS), torch.tensor(COLUMNS)), w), b)


operations = [
    operation("linear", [(5, 7)], F.linear, [(4, 7), (4,)]),
    operation("relu", [(3, 9)], F.relu),
    operation("leakyrelu", [(3, 9)], lambda x: F.leaky_relu(x, 0.1)),
    operation("sigmoid", [(3, 9)], torch.sigmoid),
    operation("tanh", [(3, 9)], torch.tanh),
    operation("gelu", [(3, 9)], F.gelu),
    operation("gelu-tanh", [(3, 9)], lambda x: F.gelu(x, approximate="tanh")),
    operation("softmax", [(4, 6)], lambda x: F.softmax(x, dim=-1)),
    operation("add", [(3, 8), (3, 8)], torch.add),
    operation("sparselinear", [(5, 7)], sparse_linear, [(12,), (4,)]),
]


def loss(kind, z, targets, function):
    z = z.requires_grad_()
    value = function(z)
    value.backward()
    return dict(kind=kind, rows=z.shape[0], columns=z.shape[1], outputs=plain(z), targets=targets,
                value=value.item(), gradient=plain(z.grad))


labels = torch.tensor([0, 2, 1, 2, 2, 0])
weights = torch.tensor([0.5, 2.0, 1.25])
binary = torch.rand(6, 3)
losses = [
    loss("crossEntropy", torch.randn(6, 3) * 3, labels.tolist(), lambda z: F.cross_entropy(z, labels)),
    dict(loss("crossEntropy", torch.randn(6, 3) * 3, labels.tolist(),
              lambda z: F.cross_entropy(z, labels, weight=weights)), classWeights=plain(weights)),
    loss("binaryCrossEntropy", torch.randn(6, 3) * 3, plain(binary),
         lambda z: F.binary_cross_entropy_with_logits(z, binary)),
    loss("meanSquaredError", torch.randn(6, 3), plain(binary), lambda z: F.mse_loss(z, binary)),
]


def optimizer(kind, make, steps=6):
    w = torch.randn(4, 5).requires_grad_()
    start = plain(w)
    rule = make([w])
    gradients = [torch.randn(4, 5) for _ in range(steps)]
    for g in gradients:
        w.grad = g.clone()
        rule.step()
    return dict(kind=kind, start=start, gradients=[plain(g) for g in gradients], end=plain(w))


optimizers = [
    optimizer("sgd", lambda p: torch.optim.SGD(p, lr=0.1)),
    optimizer("sgd-momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
    optimizer("sgd-nesterov", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    optimizer("adam", lambda p: torch.optim.Adam(p, lr=0.01)),
    optimizer("adam-decay", lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1)),
    optimizer("adamw", lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
]

print(json.dumps(dict(torch=torch.__version__, operations=operations, losses=losses, optimizers=optimizers)))
