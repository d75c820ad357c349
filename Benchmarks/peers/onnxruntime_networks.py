#!/usr/bin/env python3
"""Times onnxruntime on the networks that `espalier measure --network` knows, on one thread.

    python3 onnxruntime_networks.py NETWORK BATCH [--image HxWxC] [--seconds S]

The networks are torchvision's as PyTorch exports them for one batch size, with normalisation folded. Prints one JSON
object: the median and the best time of a run. Needs torch, torchvision, onnx and onnxruntime.
"""
import argparse
import json
import logging
import os
import statistics
import sys
import tempfile
import warnings

import onnxruntime
import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from torch_networks import fold, network, times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("batch", type=int)
    parser.add_argument("--image", default="32x32x3")
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    height, width, channels = map(int, options.image.split("x"))
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.manual_seed(0)
    x = torch.randn(options.batch, channels, height, width)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "network.onnx")
        net = fold(network(options.network, height * width * channels).eval())
        torch.onnx.export(net, (x,), path, dynamo=False, opset_version=17, input_names=["input"])
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    inputs = {"input": x.numpy()}
    found = times(lambda: session.run(None, inputs), options.seconds)
    print(json.dumps(dict(onnxruntime=dict(median=statistics.median(found), best=found[0]))))


main()
