"""One part of the taxi work alone, on all threads: reading, inference or writing. Prints how long that part took."""

import glob
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

from arguments import read_arguments

arguments = read_arguments()

from taxi_work import features_of, infer, open_session, read, write  # noqa: E402

paths = sorted(glob.glob(f"{arguments.input}/*.parquet"))
session = open_session(arguments.model, 1)
seconds = 0.0
rows = 0


def timed(work, items):
    """With one item a thread at a time: two run side by side on two cores."""
    started = time.perf_counter()
    with ThreadPoolExecutor(arguments.threads) as pool:
        list(pool.map(work, items))
    return time.perf_counter() - started


def write_one(item):
    name, trip_ids, scores = item
    write(os.path.join(arguments.output, name), trip_ids, scores)


if arguments.part == "read":
    seconds = timed(read, paths)
    rows = sum(read(path).height for path in paths)
else:
    # A few files at a time, so that what is prepared for them stays small.
    for first in range(0, len(paths), arguments.threads):
        some = paths[first : first + arguments.threads]
        prepared = [features_of(read(path)) for path in some]
        rows += sum(len(trip_ids) for trip_ids, _ in prepared)
        if arguments.part == "infer":
            seconds += timed(lambda item: infer(session, item[1]), prepared)
        else:
            scored = [
                (os.path.basename(path), trip_ids, features[:, 0].copy())
                for path, (trip_ids, features) in zip(some, prepared)
            ]
            seconds += timed(write_one, scored)

print(json.dumps({"rows": rows, "seconds": seconds}))
