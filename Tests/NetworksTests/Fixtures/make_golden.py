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


def operation(kind, shapes, function, parameters=(), constants=()):
    inputs = [torch.randn(s, requires_grad=True) for s in shapes]
    parameters = [torch.randn(s).mul(0.5).requires_grad_() for s in parameters]
    constants = [torch.randn(s) for s in constants]
    y = function(*inputs, *parameters, *constants)
    dy = torch.randn_like(y)
    y.backward(dy)
    return dict(kind=kind, shapes=[list(i.shape[1:]) for i in inputs], batch=inputs[0].shape[0],
                inputs=[plain(i) for i in inputs], parameters=[plain(p) for p in parameters + constants],
                output=plain(y), outputGradient=plain(dy),
                inputGradients=[plain(i.grad) for i in inputs],
                parameterGradients=[plain(p.grad) for p in parameters])


# The entries of a sparse 4 x 7 matrix: a row without any, a column without any, a full row.
ROWS = [0, 0, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3]
COLUMNS = [1, 5, 0, 1, 2, 3, 4, 5, 6, 0, 2, 6]


def sparse_linear(x, w, b):
    return F.linear(x, torch.zeros(4, 7).index_put((torch.tensor(ROWS), torch.tensor(COLUMNS)), w), b)


def image(function):
    """A function of channels-first images, given channels-last ones."""
    return lambda x, *rest: function(x.permute(0, 3, 1, 2), *rest).permute(0, 2, 3, 1)


def batch_norm(x, w, b):
    return F.batch_norm(x.permute(0, 3, 1, 2), None, None, w, b, True).permute(0, 2, 3, 1)


# Images cut into windows, as torchvision's Swin transformer does it; all channels last.


def shifts(size, shift, height, width):
    rows, columns = (-n % size + n for n in (height, width))
    return rows, columns, shift if rows > size else 0, shift if columns > size else 0


def partition(x, size, shift):
    b, h, w, c = x.shape
    rows, columns, down, right = shifts(size, shift, h, w)
    x = F.pad(x, (0, 0, 0, columns - w, 0, rows - h)).roll((-down, -right), (1, 2))
    x = x.view(b, rows // size, size, columns // size, size, c).permute(0, 1, 3, 2, 4, 5)
    return x.reshape(b, -1, size * size, c)


def partition_tokens(x, size, shift, height, width):
    image, filler = x[:, :-1].reshape(x.shape[0], height, width, -1), x[:, -1:, None]
    inside = partition(torch.ones(1, height, width, 1), size, shift)
    return partition(image, size, shift) + (1 - inside) * filler


def reverse(x, size, shift, height, width):
    rows, columns, down, right = shifts(size, shift, height, width)
    x = x.view(x.shape[0], rows // size, columns // size, size, size, -1).permute(0, 1, 3, 2, 4, 5)
    x = x.reshape(x.shape[0], rows, columns, -1).roll((down, right), (1, 2))
    return x[:, :height, :width]


def window_attention(x, table, heads, size, shift, height, width):
    rows, columns, down, right = shifts(size, shift, height, width)
    b, windows, tokens, c = x.shape
    q, k, v = x.view(b, windows, tokens, 3, heads, c // 3 // heads).permute(3, 0, 1, 4, 2, 5)
    place = torch.arange(tokens)
    y, x = place // size, place % size
    index = (y[:, None] - y[None] + size - 1) * (2 * size - 1) + x[:, None] - x[None] + size - 1
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5 + table[index].permute(2, 0, 1)
    if down + right > 0:
        regions = torch.zeros(rows, columns)
        count = 0
        for h in ((0, -size), (-size, -down), (-down, None)):
            for w in ((0, -size), (-size, -right), (-right, None)):
                regions[h[0]:h[1], w[0]:w[1]] = count
                count += 1
        regions = regions.view(rows // size, size, columns // size, size).permute(0, 2, 1, 3)
        regions = regions.reshape(windows, tokens)
        scores = scores - 100 * (regions[:, None, :, None] != regions[:, None, None])
    y = (scores.softmax(-1) @ v).transpose(2, 3).reshape(b, windows, tokens, c // 3)
    return y * partition(torch.ones(1, height, width, 1), size, shift)


def patch_merging(x):
    x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
    return torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)


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
    operation("linear-without-bias", [(5, 7)], F.linear, [(4, 7)]),
    operation("relu6", [(3, 9)], F.relu6),
    operation("prelu", [(2, 3, 4)], lambda x, w: F.prelu(x.transpose(1, 2), w).transpose(1, 2),
              [(4,)]),
    operation("silu", [(3, 9)], F.silu),
    operation("hardswish", [(3, 9)], F.hardswish),
    operation("convolution", [(2, 6, 5, 4)],
              image(lambda x, w, b: F.conv2d(x, w, b, stride=2, padding=1)), [(6, 4, 3, 3), (6,)]),
    operation("convolution-dilated", [(2, 7, 8, 3)],
              image(lambda x, w: F.conv2d(F.pad(x, (2, 0, 1, 3)), w, dilation=(2, 1))),
              [(5, 3, 3, 2)]),
    operation("convolution-groups", [(2, 5, 5, 4)],
              image(lambda x, w, b: F.conv2d(x, w, b, padding=1, groups=2)),
              [(6, 2, 3, 3), (6,)]),
    operation("convolution-depthwise", [(3, 6, 6, 32)],
              image(lambda x, w: F.conv2d(x, w, padding=1, groups=32)), [(32, 1, 3, 3)]),
    operation("batchnorm", [(4, 3, 2, 5)], batch_norm, [(5,), (5,)]),
    operation("layernorm", [(3, 2, 6)], lambda x, w, b: F.layer_norm(x, (6,), w, b), [(6,), (6,)]),
    operation("maxpool", [(2, 7, 7, 3)], image(lambda x: F.max_pool2d(x, 3, 2, 1))),
    operation("averagepool", [(2, 7, 6, 3)], image(lambda x: F.avg_pool2d(x, 3, 2, 1))),
    operation("averagepool-inside", [(2, 7, 6, 3)],
              image(lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))),
    operation("globalaveragepool", [(2, 4, 3, 5)], lambda x: x.mean((1, 2))),
    operation("flatten", [(2, 3, 4, 5)], lambda x: x.permute(0, 3, 1, 2).flatten(1)),
    operation("multiply", [(2, 3, 4), (2, 3, 4)], torch.mul),
    operation("multiply-row", [(2, 3, 2, 4), (2, 4)], lambda x, y: x * y[:, None, None]),
    operation("concatenate", [(2, 3, 2), (2, 3, 1), (2, 3, 4)], lambda *x: torch.cat(x, -1)),
    operation("reshape", [(3, 3, 4)], lambda x: x.reshape(-1, 2, 6)),
    operation("permute", [(2, 3, 2, 4)], lambda x: x.permute(0, 3, 1, 2)),
    operation("gathercolumns", [(2, 3, 5)], lambda x: x[..., [4, 0, 4, 1]]),
    operation("scaleandshift", [(3, 2, 4)], lambda x, scale, shift: x * scale + shift,
              constants=[(4,), (4,)]),
    operation("dropout", [(3, 4)], lambda x: F.dropout(x, 0)),
    operation("stochasticdepth", [(3, 4)], lambda x: x * torch.ones(3, 1)),
    operation("appendzerotoken", [(2, 2, 3, 4)],
              lambda x: torch.cat([x.flatten(1, 2), torch.zeros(2, 1, 4)], 1)),
    operation("windowpartition", [(2, 4, 5, 2)], lambda x: partition(x, 3, 1)),
    operation("windowpartition-tokens", [(2, 21, 2)], lambda x: partition_tokens(x, 3, 1, 4, 5)),
    operation("windowreverse", [(2, 4, 9, 2)], lambda x: reverse(x, 3, 1, 4, 5)),
    operation("windowattention", [(1, 2, 9, 18)],
              lambda x, table: window_attention(x, table, 3, 3, 0, 6, 3), [(25, 3)]),
    operation("windowattention-shifted", [(2, 4, 9, 12)],
              lambda x, table: window_attention(x, table, 2, 3, 1, 4, 5), [(25, 2)]),
    operation("windowattention-narrow", [(1, 2, 49, 3)],
              lambda x, table: window_attention(x, table, 1, 7, 3, 9, 5), [(169, 1)]),
    operation("patchmerging", [(2, 3, 5, 2)], patch_merging),
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
    dict(loss("crossEntropy", torch.randn(6, 3) * 3, labels.tolist(),
              lambda z: F.cross_entropy(z, labels, label_smoothing=0.1)), smoothing=0.1),
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

# Behind all others, which so keep their numbers.
operations += [
    operation("matrixproduct", [(2, 2, 3, 4), (2, 2, 4, 5)], torch.matmul),
    operation("matrixproduct-transposed", [(2, 3, 4), (2, 5, 4)], lambda x, y: x @ y.transpose(1, 2)),
    operation("elu", [(3, 9)], lambda x: F.elu(x, 0.75)),
]

print(json.dumps(dict(torch=torch.__version__, operations=operations, losses=losses, optimizers=optimizers)))
