#!/usr/bin/env python3
"""Writes onnx.json: models by the exporters that are read, in base64, and what onnxruntime makes of them.

    python3 make_onnx.py          # made with torch 2.13.0, scikit-learn 1.9.1, skl2onnx 1.20.0, onnxruntime 1.31.1
    python3 make_onnx.py FOLDER   # takes the models out again, as files in a folder; needs Python alone

Images are higher than wide, so that rows and columns cannot be taken for each other. Names of source files, which the
newer exporter of PyTorch writes down, are taken out.
"""
import base64
import json
import logging
import os
import sys
import tempfile
import warnings

table = os.path.join(os.path.dirname(os.path.abspath(__file__)), "onnx.json")
if len(sys.argv) > 1:
    with open(table) as file:
        for name, text in json.load(file)["files"].items():
            with open(os.path.join(sys.argv[1], name + ".onnx"), "wb") as target:
                target.write(base64.b64decode(text))
    sys.exit()

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
torch.manual_seed(0)
random = np.random.RandomState(0)
files, samples = {}, []


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(6, 5), nn.GELU(), nn.Linear(5, 5), nn.GELU("tanh"), nn.LayerNorm(5), nn.Linear(5, 5, bias=False),
            nn.SiLU(), nn.Linear(5, 5), nn.Hardswish(), nn.BatchNorm1d(5), nn.PReLU(5), nn.Linear(5, 5), nn.ReLU6(),
            nn.Linear(5, 5), nn.LeakyReLU(0.1), nn.Dropout(), nn.Linear(5, 5), nn.Sigmoid(), nn.Hardsigmoid(),
            nn.Linear(5, 5), nn.Tanh())
        self.head = nn.Linear(5, 3)

    def forward(self, x):
        return self.head(0.75 - self.body(x) * 0.5)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=2, dilation=2, groups=2)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))) + x)


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.layer1 = nn.Sequential(Block(4), Block(4))
        self.pool, self.mean = nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(2, ceil_mode=True)
        self.bn, self.slope = nn.BatchNorm2d(8), nn.PReLU(8)
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1), nn.Sigmoid())
        self.gap, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(8, 3)

    def forward(self, x):
        x = self.layer1(self.stem(x))
        x = self.slope(self.bn(torch.cat([self.pool(x), self.mean(x)], 1)))
        return self.fc(torch.flatten(self.gap(x * self.gate(x)), 1))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Linear(36, 4), nn.ReLU(), nn.Linear(4, 3))

    def forward(self, x):
        x = self.features(x)
        return F.softmax(self.classifier(x.view(x.size(0), -1)), 1)


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch, self.norm = nn.Conv2d(3, 4, 2, 2), nn.LayerNorm(4)
        self.fc1, self.fc2, self.head = nn.Linear(4, 8), nn.Linear(8, 4), nn.Linear(4, 3)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = x + self.fc2(F.gelu(self.fc1(self.norm(x))))
        return self.head(x.mean(1))


class Windows(nn.Module):
    """Attention in windows of 2x2 that are shifted by one, of an image whose width is none of their multiples."""

    def __init__(self):
        super().__init__()
        self.patch, self.norm = nn.Conv2d(3, 4, 2, 2), nn.LayerNorm(4)
        self.qkv, self.proj, self.head = nn.Linear(4, 12), nn.Linear(4, 4), nn.Linear(16, 3)
        self.table = nn.Parameter(torch.randn(2, 4, 4))

    def forward(self, x):
        image = self.patch(x).permute(0, 2, 3, 1)
        h, w = image.shape[1], image.shape[2]
        x = F.pad(self.norm(image), (0, 0, 0, (2 - w % 2) % 2, 0, (2 - h % 2) % 2))
        rows, columns = x.shape[1] // 2, x.shape[2] // 2
        x = torch.roll(x, (-1, -1), (1, 2))
        x = x.view(x.size(0), rows, 2, columns, 2, 4).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, 4)
        q, k, v = self.qkv(x).reshape(x.size(0), 4, 3, 2, 2).permute(2, 0, 3, 1, 4)
        scores = (q * 0.7) @ k.transpose(-2, -1) + self.table.unsqueeze(0)
        mask = x.new_zeros(2 * rows, 2 * columns)
        mask[-2:-1, :] = 1
        mask[:, -1:] = 2
        mask = mask.view(rows, 2, columns, 2).permute(0, 2, 1, 3).reshape(-1, 4)
        mask = mask.unsqueeze(1) - mask.unsqueeze(2)
        mask = mask.masked_fill(mask != 0, -100.0)
        scores = scores.view(-1, rows * columns, 2, 4, 4) + mask.unsqueeze(1).unsqueeze(0)
        x = F.softmax(scores.view(-1, 2, 4, 4), -1) @ v
        x = self.proj(x.transpose(1, 2).reshape(-1, 4, 4))
        x = x.view(-1, rows, columns, 2, 2, 4).permute(0, 1, 3, 2, 4, 5).reshape(-1, 2 * rows, 2 * columns, 4)
        x = torch.roll(x, (1, 1), (1, 2))[:, :h, :w, :] + image
        x = torch.cat([x[:, i::2, j:4:2, :] for j in (0, 1) for i in (0, 1)], -1)
        return self.head(x.mean((1, 2)))


def keep(name, model):
    data = model.SerializeToString()
    files[name] = base64.b64encode(data).decode()
    return data


def record(name, model, layer=None, **more):
    for node in list(model.graph.node) + list(model.graph.value_info) + [model.graph]:
        del node.metadata_props[:]
        node.doc_string = ""
    del model.metadata_props[:]
    del model.graph.value_info[:]
    data = keep(name, model)
    port = model.graph.input[0]
    shape = [d.dim_value or 3 for d in port.type.tensor_type.shape.dim]
    x = random.standard_normal(shape).astype("f4")
    outputs = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]).run(None, {port.name: x})
    y = outputs[more.pop("output", 0)]
    plain = lambda a: [float(f"{v:.9g}") for v in np.asarray(a, "f4").ravel()]
    samples.append(dict(file=name, shape=shape, input=plain(x), output=plain(y), then=layer or "", **more))


def export(name, model, shape, script=None, fixed=False, **options):
    """By the older exporter with the operators of a version, or by the newer one."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.running_mean, -0.5, 0.5), nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 2), nn.init.uniform_(module.bias, -0.5, 0.5)
    model.eval()
    path = os.path.join(tempfile.mkdtemp(), "model.onnx")
    x = torch.randn(1 if fixed else 2, *shape)
    if script:
        axes = {} if fixed else dict(dynamic_axes={"input": {0: "batch"}})
        torch.onnx.export(
            model, (x,), path, dynamo=False, opset_version=script, input_names=["input"], **axes, **options)
    else:
        dynamic = None if fixed else ({0: torch.export.Dim("batch")},)
        torch.onnx.export(model, (x,), path, dynamic_shapes=dynamic, verbose=False, external_data=False, **options)
    record(name, onnx.load(path))


dense, image = Dense(), (3, 12, 8)
export("dense-script11", dense, (6,), script=11)
export("dense-script17", dense, (6,), script=17)
export("dense-export", dense, (6,))
export("dense-export-plain", dense, (6,), fixed=True, optimize=False)
convolutions = Convolutions()
export("convolutions-script11", convolutions, image, script=11)
export("convolutions-unfolded", convolutions, image, script=17, do_constant_folding=False)
export("convolutions-export", convolutions, image)
export("lenet-script11", LeNet(), (1, 10, 8), script=11)
export("lenet-fixed", LeNet(), (1, 10, 8), script=17, fixed=True)
export("lenet-export", LeNet(), (1, 10, 8))
export("tokens-script11", Tokens(), (3, 6, 4), script=11)
export("tokens-export", Tokens(), (3, 6, 4))

x = random.randn(60, 5).astype("f4")
score = x[:, 0] + 2 * x[:, 1]
species = np.array(["low", "mid", "high"])[np.digitize(score, [-1, 1])]
classifier = MLPClassifier(hidden_layer_sizes=(4,), max_iter=20, random_state=0)
plain = {"zipmap": False}
pipeline = make_pipeline(StandardScaler(), classifier).fit(x, species)
record("sklearn-classes", to_onnx(pipeline, x[:1], options=plain), "softmax", output=1, classes=sorted(set(species)))
keep("sklearn-zipmap", to_onnx(pipeline, x[:1]))
model = MLPClassifier(hidden_layer_sizes=(4,), activation="tanh", max_iter=20, random_state=0).fit(x, (score > 0) * 1)
record("sklearn-binary", to_onnx(model, x[:1], options=plain), "softmax", output=1, classes=["0", "1"])
model = MLPClassifier(hidden_layer_sizes=(4,), activation="logistic", max_iter=20, random_state=0)
model.fit(x, np.c_[score > 0, x[:, 2] > 0].astype(int))
record("sklearn-labels", to_onnx(model, x[:1], options=plain))
samples.pop()  # onnxruntime's probabilities are for one label only
single = MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, random_state=0).fit(x, score)
record("sklearn-value", to_onnx(single, x[:1]))

export("windows-script17", Windows(), (3, 12, 10), script=17)
export("windows-export", Windows(), (3, 12, 10))

with open(table, "w") as file:
    lines = [f'"{name}": "{text}"' for name, text in files.items()], map(json.dumps, samples)
    file.write('{"files": {\n%s\n}, "samples": [\n%s\n]}\n' % tuple(",\n".join(part) for part in lines))
