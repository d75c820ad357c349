#!/usr/bin/env python3
"""Exports torchvision's networks as ONNX files by both exporters of PyTorch, for a test to read.

    python3 export_torchvision.py FOLDER    # needs torch, torchvision, onnxscript, onnx and onnxruntime
    ESPALIER_ONNX_EXPORTS=FOLDER Scripts/test --filter ONNXExportTests

Beside each file lie an input and what onnxruntime makes of it. Made with torch 2.13.0 and torchvision 0.28.0.
"""
import json
import logging
import os
import sys
import warnings

import numpy as np
import onnxruntime
import torch
from torch import nn
from torchvision import models

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
torch.manual_seed(0)


def vgg():
    features = models.vgg.make_layers([8, 8, "M", 12, 12, "M", 16, 16, 16, "M", 20, 20, 20, "M", 24, 24, 24, "M"], True)
    network = models.VGG(features, num_classes=5)
    network.classifier[0], network.classifier[3] = nn.Linear(24 * 49, 32), nn.Linear(32, 40)
    network.classifier[6] = nn.Linear(40, 5)
    return network


def swin(window, depths=(2, 2)):
    return models.SwinTransformer(
        [4, 4], 12, list(depths), [3, 6, 12, 24][:len(depths)], [window, window], num_classes=5)


CASES = {
    "resnet18": (models.resnet18(num_classes=5), (3, 96, 64)),
    "mobilenet-v2": (models.mobilenet_v2(num_classes=5, width_mult=0.25), (3, 96, 64)),
    "vgg16-bn": (vgg(), (3, 224, 224)),
    "swin": (swin(7), (3, 112, 56)),  # whole windows, and a single one in a row of the second stage
    "swin-padded": (swin(7), (3, 96, 64)),
    "swin-t": (models.swin_t(num_classes=5), (3, 224, 224)),
}
EXPORTERS = {
    "script17": dict(dynamo=False, opset_version=17, dynamic_axes={"input": {0: "batch"}}),
    "script11": dict(dynamo=False, opset_version=11, dynamic_axes={"input": {0: "batch"}}),
    "script-fixed": dict(dynamo=False, opset_version=17),
    "export": dict(dynamo=True, dynamic_shapes=({0: torch.export.Dim("batch")},), external_data=False),
    "export-fixed": dict(dynamo=True, external_data=False),
}

for case, (network, image) in CASES.items():
    if len(sys.argv) > 2 and case not in sys.argv[2:]:
        continue
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.1, 0.1), nn.init.uniform_(module.running_var, 0.8, 1.25)
            nn.init.uniform_(module.weight, 0.8, 1.25), nn.init.uniform_(module.bias, -0.1, 0.1)
        if hasattr(module, "relative_position_bias_table"):
            nn.init.normal_(module.relative_position_bias_table)
    network.eval()
    for exporter, options in EXPORTERS.items():
        name = f"{case}-{exporter}"
        path = os.path.join(folder, name + ".onnx")
        x = torch.randn(1 if "fixed" in exporter else 2, *image)
        try:
            torch.onnx.export(network, (x,), path, input_names=["input"], verbose=False, **options)
        except Exception as error:  # what the exporter itself refuses
            print(f"{name}: not exported: {str(error).splitlines()[0][:150]}", flush=True)
            continue
        y = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"input": x.numpy()})[0]
        numbers = lambda a: [float(f"{v:.9g}") for v in np.asarray(a).ravel()]
        with open(os.path.join(folder, name + ".json"), "w") as file:
            json.dump(dict(shape=list(x.shape), input=numbers(x), output=numbers(y)), file)
        print(name, flush=True)
