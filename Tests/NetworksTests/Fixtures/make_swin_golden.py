#!/usr/bin/env python3
"""Writes swin.json: what torchvision's Swin transformers make of parameters given by a formula.

    python3 make_swin_golden.py > swin.json     # made with torch 2.13.0 and torchvision 0.28.0 (CPU)

Per network: names and shapes of the parameters, the outputs for two images, and, for a loss that
weighs the outputs by the same formula, the norm of the gradient of every parameter.
"""
import json
import math

import torch
from torchvision.models.swin_transformer import SwinTransformer

torch.set_num_threads(1)


def formula(name, shape):
    """sin((1.7 + 0.013 i) i + the sum of the name's bytes), scaled by the inputs of a unit."""
    start = sum(name.encode())
    count = math.prod(shape)
    values = [math.sin((1.7 + 0.013 * i) * i + start) for i in range(count)]
    if len(shape) == 1 and name.endswith("weight"):  # of a normalisation
        values = [1 + 0.1 * v for v in values]
    elif len(shape) > 1 and name.endswith("weight"):
        values = [v / math.sqrt(count // shape[0]) for v in values]
    return torch.tensor(values, dtype=torch.float32).view(shape)


def plain(t):
    return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]


def case(name, image, channels, depths, heads, window):
    network = SwinTransformer([4, 4], channels, depths, heads, [window, window],
                              stochastic_depth_prob=0, num_classes=5)
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            parameter.copy_(formula(key, parameter.shape))
    height, width = image
    x = formula("input", (2, height, width, 3)).permute(0, 3, 1, 2)
    y = network(x)
    (y * formula("output", (2, 5))).sum().backward()
    return dict(name=name, image=[height, width, 3], channels=channels, depths=depths,
                heads=heads, window=window, outputs=plain(y),
                parameters={k: list(p.shape) for k, p in network.named_parameters()},
                gradients={k: float(f"{p.grad.norm().item():.7g}")
                           for k, p in network.named_parameters()})


print(json.dumps([
    case("a quarter of Swin-T", (64, 64), 24, [2, 2, 6, 2], [3, 6, 12, 24], 7),
    case("odd extents", (44, 68), 12, [2, 2], [2, 3], 4),
    case("whole windows", (24, 48), 8, [2], [2], 3),
]))
