#!/usr/bin/env python3
"""Removes the same channels of the same ResNet-18 (CIFAR stem) with Torch-Pruning, and judges what is left.

    torch_pruning_channels.py MODEL.safetensors PRUNED/result.json TEST.bin.gz

MODEL is what `espalier train --network resnet18-cifar` wrote, result.json what `espalier prune units` wrote: the channels of each of its
layers go here, too. Needs torch, safetensors and torch-pruning. One thread. Prints one JSON object: the accuracy on the test rows and the
multiply-adds, before and after; nothing is retrained.
"""
import argparse, gzip, json

import numpy as np
import torch
import torch_pruning
from safetensors import safe_open
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


class ResNet18(nn.Module):
    def __init__(self, counts, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, counts[0], 3, 1, 1, bias=False), nn.BatchNorm2d(counts[0])
        inputs = counts[0]
        for stage, outputs in enumerate(counts):
            blocks = nn.Sequential(
                Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1))
            setattr(self, f"layer{stage + 1}", blocks)
            inputs = outputs
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))


def load(path):
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        document = json.loads(file.metadata()["espalier"])
    counts = [tensors[f"layer{stage}.0.conv1.weight"].shape[0] for stage in (1, 2, 3, 4)]
    net = ResNet18(counts, len(tensors["fc.bias"]))
    missing, unexpected = net.load_state_dict(tensors, strict=False)
    if unexpected or any("num_batches" not in name for name in missing):
        raise SystemExit(f"{path}: not such a ResNet-18: {missing} {unexpected}")
    return net.eval(), document["scaler"]


def accuracy(net, images, labels):
    with torch.inference_mode():
        right = sum(
            int((net(images[i:i + 500]).argmax(1) == labels[i:i + 500]).sum()) for i in range(0, len(images), 500))
    return right / len(images)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("model")
    p.add_argument("result")
    p.add_argument("test")
    args = p.parse_args()
    torch.set_num_threads(1)
    net, scaler = load(args.model)
    with (gzip.open if args.test.endswith(".gz") else open)(args.test, "rb") as file:
        rows = np.frombuffer(file.read(), np.uint8).reshape(-1, 3073)
    pixels = (rows[:, 1:].astype(np.float32) - np.float32(scaler["offsets"])) * np.float32(scaler["scales"])
    images = torch.from_numpy(pixels.reshape(-1, 3, 32, 32)).contiguous()
    labels = torch.from_numpy(rows[:, 0].astype(np.int64))

    example = images[:1]
    def cost():
        return torch_pruning.utils.count_ops_and_params(net, example)
    before, (operations, parameters) = accuracy(net, images, labels), cost()
    graph = torch_pruning.DependencyGraph().build_dependency(net, example_inputs=example)
    with open(args.result) as file:
        layers = json.load(file)["rounds"][0]
    for layer in layers:
        if layer["removedUnits"]:
            module = net.get_submodule(layer["name"].split(", ")[0])
            graph.get_pruning_group(module, torch_pruning.prune_conv_out_channels, layer["removedUnits"]).prune()
    after, (operations_after, parameters_after) = accuracy(net, images, labels), cost()
    print(json.dumps({
        "accuracy": {"before": before, "after": after},
        "multiplyAdds": {"before": operations, "after": operations_after},
        "parameters": {"before": parameters, "after": parameters_after}}))


main()
