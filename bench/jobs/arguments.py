"""The command line that all jobs take."""

import argparse
import os


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--model")
    parser.add_argument("--at-once", action="store_true", help="files side by side, one thread each")
    parser.add_argument("--part", choices=["read", "infer", "write"])
    arguments = parser.parse_args()
    # Polars takes its number of threads from here, when it is imported.
    os.environ["POLARS_MAX_THREADS"] = str(arguments.threads)
    os.makedirs(arguments.output, exist_ok=True)
    return arguments
