#!/usr/bin/env python3
"""Looks at the ONNX files that the tests write, with ONNX's own checker and onnxruntime.

    ESPALIER_ONNX_FOLDER=FOLDER Scripts/test --filter ONNXExchangeTests
    python3 check_onnx.py FOLDER           # needs onnx, onnxruntime and numpy
"""
import glob
import json
import os
import sys

import numpy as np
import onnx
import onnxruntime

worst = 0.0
files = sorted(glob.glob(os.path.join(sys.argv[1], "*.onnx")))
for path in files:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8 and model.opset_import[0].version == 17
    with open(path[:-5] + ".json") as file:
        sample = json.load(file)
    x = np.array(sample["input"], "f4").reshape(sample["shape"])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    y = session.run(None, {"input": x})[0]
    difference = float(np.abs(y.ravel() - np.array(sample["output"], "f4")).max())
    print(f"{difference:.1e}  {os.path.basename(path)}")
    worst = max(worst, difference)
if not files or not worst < 1e-4:
    sys.exit(f"{len(files)} files, the largest difference is {worst}")
