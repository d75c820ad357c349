#!/usr/bin/env python3
"""Times PyTorch on the networks that `espalier measure --network` knows, on one thread.

    python3 torch_networks.py NETWORK BATCH [--training] [--image HxWxC] [--seconds S] [--layout LAYOUT]

Prints one JSON object: the median and the best time of a run in each memory layout, the peak memory
of the process up to then, and what the process took before it had a network. Inference is in eager
mode with normalisation folded into the convolutions; a step of training is forward, backward and an
update with momentum. Layers are named as in mlp:1000-100. Needs torch, and torchvision for images.
"""
import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn

torch.set_num_threads(1)


def network(name, inputs):
    if name.startswith("mlp:"):
        widths = [inputs, *map(int, name[4:].split("-")), 10]
        layers = [m for a, b in zip(widths, widths[1:]) for m in (nn.Linear(a, b), nn.ReLU())]
        return nn.Sequential(nn.Flatten(), *layers[:-1])
    from torchvision import models
    if name.startswith("resnet18"):
        net = models.resnet18(num_classes=10)
        if name.endswith("cifar"):
            net.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
            net.maxpool = nn.Identity()
        return net
    if name == "mobilenet-v2":
        return models.mobilenet_v2(num_classes=10)
    if name == "swin-tiny":
        return models.swin_t(num_classes=10)
    if name == "vgg16-bn":  # for images of 32x32: the linear layers read one place
        net = models.vgg16_bn(num_classes=10)
        net.avgpool = nn.Identity()
        net.classifier[0] = nn.Linear(512, 4096)
        return net
    raise SystemExit(f"no network {name}")


def fold(module):
    """Folds each batch normalisation into the convolution before it."""
    from torch.nn.utils.fusion import fuse_conv_bn_eval
    previous = None
    for name, child in list(module.named_children()):
        if isinstance(child, nn.BatchNorm2d) and isinstance(previous[1], nn.Conv2d):
            setattr(module, previous[0], fuse_conv_bn_eval(previous[1], child))
            setattr(module, name, nn.Identity())
        else:
            fold(child)
        previous = (name, child)
    return module


def times(step, seconds):
    for _ in range(2):
        step()
    found, end = [], time.perf_counter() + seconds
    while len(found) < 3 or (len(found) < 10 and time.perf_counter() < end + 9 * seconds) or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        found.append(time.perf_counter() - start)
    return sorted(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("batch", type=int)
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--image", default="32x32x3")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--layout", choices=["contiguous_format", "channels_last"])
    options = parser.parse_args()
    height, width, channels = map(int, options.image.split("x"))
    peak = lambda: 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = {}
    layouts = [options.layout] if options.layout else ["contiguous_format", "channels_last"]
    for layout in (getattr(torch, name) for name in layouts):
        torch.manual_seed(0)
        start = peak()
        net = network(options.network, height * width * channels)
        x = torch.randn(options.batch, channels, height, width).to(memory_format=layout)
        if options.training:
            net = net.train().to(memory_format=layout)
            labels = torch.arange(options.batch) % 10
            optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)

            def step():
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(x), labels).backward()
                optimizer.step()
        else:
            net = fold(net.eval()).to(memory_format=layout)

            def step():
                with torch.inference_mode():
                    net(x)
        found = times(step, options.seconds)
        result[str(layout).split(".")[1]] = dict(
            median=statistics.median(found), best=found[0], peakBytes=peak(), startBytes=start)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
