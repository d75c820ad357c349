"""Writes python.safetensors.base64 beside this script: one array of every type, as Python writes it.

Run: python make_safetensors.py            (NumPy, ml_dtypes and safetensors; made with 0.8)
     python make_safetensors.py FILE       compares FILE, written by this package, with the same
"""

import base64
import pathlib
import sys

import ml_dtypes
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save

bits = np.array([0x0000, 0x8000, 0x3C00, 0xC500, 0x0001, 0x7BFF, 0x7C00, 0x3555], np.uint16)
arrays = {
    "double": np.array([0.1, -1e300, 5e-324, np.pi]).reshape(2, 2),
    "float": np.array([0.1, -3.4e38, 1e-45, np.inf, -0.0, 7], np.float32).reshape(2, 3),
    "half": bits.view(np.float16),
    "brain": bits.view(ml_dtypes.bfloat16).reshape(4, 2),
    "int64": np.array([-(2**63), 2**63 - 1, 7]),
    "int32": np.array([[-(2**31)], [2**31 - 1]], np.int32),
    "int16": np.array([-32768, 32767, 5], np.int16),
    "int8": np.array([-128, 127, 0], np.int8),
    "uint64": np.array([0, 2**64 - 1], np.uint64),
    "uint32": np.array([2**32 - 1], np.uint32),
    "uint16": np.array([65535, 1], np.uint16),
    "uint8": np.arange(5, dtype=np.uint8),
    "bool": np.array([True, False, True]),
    "scalar": np.array(2.5, np.float32),
    "empty": np.zeros((0, 3), np.float32),
    "n\u00e4me \"q\"\\ \u4e16\U0001f333": np.array([1, 2], np.float32),
}
metadata = {"format": "np", "note": "a\n\u00fc\U0001f333\"\\"}

if len(sys.argv) == 1:
    path = pathlib.Path(__file__).parent / "python.safetensors.base64"
    path.write_bytes(base64.encodebytes(save(arrays, metadata)))
else:
    found = load_file(sys.argv[1])
    assert found.keys() == arrays.keys(), found.keys() ^ arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype and found[name].shape == array.shape, name
        assert found[name].tobytes() == array.tobytes(), name
    with safe_open(sys.argv[1], "numpy") as file:
        assert file.metadata() == metadata, file.metadata()
    print("equal")
