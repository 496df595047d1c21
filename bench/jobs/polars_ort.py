"""Polars and onnxruntime over whole files: one after the other with all threads, or some at once with one thread each."""

import glob
import os
from concurrent.futures import ThreadPoolExecutor

from arguments import read_arguments

arguments = read_arguments()

from taxi_work import features_of, infer, open_session, read, write  # noqa: E402


def score(path):
    trip_ids, features = features_of(read(path))
    write(os.path.join(arguments.output, os.path.basename(path)), trip_ids, infer(session, features))


session = open_session(arguments.model, 1 if arguments.at_once else arguments.threads)
paths = sorted(glob.glob(f"{arguments.input}/*.parquet"))
if arguments.at_once:
    with ThreadPoolExecutor(arguments.threads) as pool:
        list(pool.map(score, paths))
else:
    for path in paths:
        score(path)
