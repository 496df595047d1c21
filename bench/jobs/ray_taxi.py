"""The taxi work as Ray Data does it: read, map_batches with actors that hold the model, write."""

import os

from arguments import read_arguments

arguments = read_arguments()
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import ray  # noqa: E402

COLUMNS = ["trip_id", "picked_up", "seconds", "passengers", "distance_km", "pickup_zone", "dropoff_zone", "fare"]
DAY_MS = 86_400_000
ZONES = 260


class Score:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(arguments.model, options)

    def __call__(self, batch):
        possible = batch["seconds"] >= 0
        if not possible.all():
            batch = {name: values[possible] for name, values in batch.items()}
        time = batch["picked_up"].astype("datetime64[ms]").astype(np.int64)
        features = np.empty((len(time), 8), np.float32)
        features[:, 0] = batch["distance_km"] / 10
        features[:, 1] = batch["seconds"] / 1800
        features[:, 2] = batch["passengers"] / 4
        features[:, 3] = (time % DAY_MS) / DAY_MS
        features[:, 4] = (time // DAY_MS) % 7 / 7
        features[:, 5] = batch["pickup_zone"] / ZONES
        features[:, 6] = batch["dropoff_zone"] / ZONES
        features[:, 7] = batch["fare"] / 50
        scores = self.session.run(["y"], {"x": features})[0][:, 0]
        return {"trip_id": batch["trip_id"], "score": scores}


ray.init(num_cpus=arguments.threads, include_dashboard=False, log_to_driver=False, configure_logging=False)
ray.data.DataContext.get_current().enable_progress_bars = False
trips = ray.data.read_parquet(arguments.input, columns=COLUMNS)
# An actor holds no core for itself, or readers and writers would find none.
scored = trips.map_batches(Score, batch_size=65_536, concurrency=arguments.threads, num_cpus=0.5)
scored.write_parquet(arguments.output)
ray.shutdown()
