#!/usr/bin/env python3
"""Trains a ResNet-18 with CIFAR's stem in PyTorch on CIFAR-10's binary files, the way `espalier train` does.

    torch_image_training.py TRAINING TEST [--width 0.25] [--epochs 8] [--batch 64] [--learning-rate 0.05] [--seed 0]

Both files may be gzipped. Images are mirrored and moved by up to 4 pixels on black, then standardised pixel by pixel by the training
rows; SGD with momentum 0.9, decay 0.0005 on weights alone, a cosine from epoch to epoch down to a hundredth; the rows that do not fill
a last batch are left out. One thread. Prints one JSON object: the accuracy of each epoch on the training rows, and on the test rows at the end.
"""
import argparse, gzip, json, math, time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.downsample = nn.Sequential() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


def resnet18(width, classes):
    counts = [int(c * width) for c in (64, 128, 256, 512)]
    layers = [nn.Conv2d(3, counts[0], 3, 1, 1, bias=False), nn.BatchNorm2d(counts[0]), nn.ReLU()]
    inputs = counts[0]
    for stage, outputs in enumerate(counts):
        layers += [Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
        inputs = outputs
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return net


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        rows = np.frombuffer(file.read(), np.uint8).reshape(-1, 3073)
    return rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32), torch.from_numpy(rows[:, 0].astype(np.int64))


def augmented(images, generator):
    """Moves and mirrors each image."""
    padded = np.pad(images, ((0, 0), (0, 0), (4, 4), (4, 4)))
    places, flips = generator.integers(0, 9, (len(images), 2)), generator.integers(0, 2, len(images))
    moved = [p[:, r:r + 32, c:c + 32] for p, (r, c) in zip(padded, places)]
    return np.stack([m[:, :, ::-1] if f else m for m, f in zip(moved, flips)])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("training"), p.add_argument("test")
    p.add_argument("--width", type=float, default=0.25), p.add_argument("--epochs", type=int, default=8)
    p.add_argument("--batch", type=int, default=64), p.add_argument("--learning-rate", type=float, default=0.05)
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    generator = np.random.default_rng(a.seed)
    (x, y), (test_x, test_y) = read(a.training), read(a.test)
    mean, deviation = x.mean(0, dtype=np.float64).astype(np.float32), x.std(0, dtype=np.float64).astype(np.float32)
    ready = lambda images: torch.from_numpy((images - mean) / deviation).to(memory_format=torch.channels_last)
    net = resnet18(a.width, 10).to(memory_format=torch.channels_last)
    weights = [q for q in net.parameters() if q.ndim > 1]
    others = [q for q in net.parameters() if q.ndim <= 1]
    optimizer = torch.optim.SGD([dict(params=weights, weight_decay=5e-4), dict(params=others, weight_decay=0)],
                                lr=a.learning_rate, momentum=0.9)
    start, accuracies = time.perf_counter(), []
    for epoch in range(a.epochs):
        factor = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * epoch / max(a.epochs - 1, 1)))
        for group in optimizer.param_groups:
            group["lr"] = a.learning_rate * factor
        net.train()
        order, right, seen = generator.permutation(len(x)), 0, 0
        for first in range(0, len(x) - a.batch + 1, a.batch):
            rows = order[first:first + a.batch]
            optimizer.zero_grad()
            outputs = net(ready(augmented(x[rows], generator)))
            F.cross_entropy(outputs, y[rows]).backward()
            optimizer.step()
            right, seen = right + int((outputs.argmax(1) == y[rows]).sum()), seen + a.batch
        accuracies.append(right / seen)
    seconds = time.perf_counter() - start
    net.eval()
    with torch.inference_mode():
        outputs = torch.cat([net(ready(test_x[i:i + 250])) for i in range(0, len(test_x), 250)])
    top = outputs.topk(5, dim=1).indices
    print(json.dumps(dict(seed=a.seed, training=accuracies, test=float((top[:, 0] == test_y).float().mean()),
                          topFive=float((top == test_y[:, None]).any(1).float().mean()), seconds=seconds)))


main()
