#!/usr/bin/env python3
"""Writes architectures.json: what torchvision's networks make of parameters given by a formula.

    python3 make_architecture_golden.py > architectures.json    # torch 2.13.0, torchvision 0.28.0

Per network: names and shapes of parameters and running statistics, the outputs for two images in
inference, and, where nothing is drawn at random, the norm of the gradient of every parameter and
the running statistics after one step of training, for a loss that weighs the outputs by the same
formula.
"""
import json
import math

import numpy as np
import torch
from torch import nn
from torchvision.models import mobilenet_v2, resnet18
from torchvision.models.vgg import cfgs, make_layers

torch.set_num_threads(1)


def formula(name, shape):
    """sin((1.7 + 0.013 i) i + the sum of the name's bytes), scaled by the inputs of a unit."""
    i = np.arange(math.prod(shape), dtype=np.float64)
    values = np.sin((1.7 + 0.013 * i) * i + sum(name.encode()))
    if name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
        values = 1 + 0.1 * values
    elif len(shape) > 1 and name.endswith("weight"):
        values = values / math.sqrt(len(i) // shape[0])
    return torch.tensor(values.astype(np.float32)).view(shape)


def small(resnet):
    """The stem for images of 32x32."""
    resnet.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    resnet.maxpool = nn.Identity()
    return resnet


class VGG(nn.Module):
    """torchvision's, an eighth as wide, with linear layers that read what the last stage leaves."""

    def __init__(self):
        super().__init__()
        self.features = make_layers([c if c == "M" else c // 8 for c in cfgs["D"]], batch_norm=True)
        self.classifier = nn.Sequential(
            nn.Linear(64 * 2 * 2, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, 512), nn.ReLU(),
            nn.Dropout(), nn.Linear(512, 5))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


def plain(t):
    return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]


def number(v):
    return float(f"{v.item():.7g}")


def case(name, network, image, trains):
    state = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    shapes = {k: list(v.shape) for k, v in state.items()}
    with torch.no_grad():
        for key, value in state.items():
            value.copy_(formula(key, value.shape))
    height, width = image
    x = formula("input", (2, height, width, 3)).permute(0, 3, 1, 2)
    result = dict(name=name, image=[height, width, 3], parameters=shapes,
                  outputs=plain(network.eval()(x)), gradients={}, statistics={})
    if trains:
        (network.train()(x) * formula("output", (2, 5))).sum().backward()
        result["gradients"] = {k: number(p.grad.norm()) for k, p in network.named_parameters()}
        result["statistics"] = {k: number(v.norm()) for k, v in network.state_dict().items()
                                if "running" in k}
    return result


print(json.dumps([
    case("resNet18", resnet18(num_classes=5), (64, 48), True),
    case("resNet18-cifar", small(resnet18(num_classes=5)), (16, 16), True),
    case("mobileNetV2", mobilenet_v2(num_classes=5, width_mult=0.25), (64, 48), False),
    case("vgg16BatchNorm", VGG(), (64, 64), False),
]))
