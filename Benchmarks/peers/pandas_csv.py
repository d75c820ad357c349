"""Reads a CSV file with pandas' C reader, on one thread, and prints what it took.

Usage: pandas_csv.py FILE

One JSON line on standard output: seconds and processor seconds of `read_csv` alone, peak memory of
the process in bytes, and the shape, for csv_reading.py.
"""

import json
import resource
import sys
import time

import pandas

start, processor = time.perf_counter(), time.process_time()
table = pandas.read_csv(sys.argv[1], engine="c")
seconds, processor = time.perf_counter() - start, time.process_time() - processor
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak, "shape": list(table.shape)}))
