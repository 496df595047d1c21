"""The work of the taxi flow with polars and onnxruntime: the same columns, arithmetic, types and model."""

import numpy as np
import onnxruntime
import polars as pl

COLUMNS = ["trip_id", "picked_up", "seconds", "passengers", "distance_km", "pickup_zone", "dropoff_zone", "fare"]
DAY_MS = 86_400_000
ZONES = 260

_time = pl.col("picked_up").dt.epoch("ms")
FEATURES = [
    (pl.col("distance_km") / 10).cast(pl.Float32).alias("distance"),
    (pl.col("seconds") / 1800).cast(pl.Float32).alias("minutes"),
    (pl.col("passengers") / 4).cast(pl.Float32).alias("passengers"),
    ((_time % DAY_MS) / DAY_MS).cast(pl.Float32).alias("hour"),
    ((_time // DAY_MS) % 7 / 7).cast(pl.Float32).alias("weekday"),
    (pl.col("pickup_zone") / ZONES).cast(pl.Float32).alias("pickup"),
    (pl.col("dropoff_zone") / ZONES).cast(pl.Float32).alias("dropoff"),
    (pl.col("fare") / 50).cast(pl.Float32).alias("fare"),
]


def open_session(model, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options)


def read(path):
    return pl.read_parquet(path, columns=COLUMNS)


def features_of(frame):
    """Row after row, as the model takes them; trips that cannot have been are left out."""
    possible = frame.filter(pl.col("seconds") >= 0)
    return possible["trip_id"], possible.select(FEATURES).to_numpy(order="c")


def infer(session, features):
    return session.run(["y"], {"x": np.ascontiguousarray(features)})[0][:, 0]


def write(path, trip_ids, scores):
    pl.DataFrame({"trip_id": trip_ids, "score": scores}).write_parquet(path, compression="snappy")
