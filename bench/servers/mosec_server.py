"""Mosec with the work of one cell: CELL, MAX_BATCH, MAX_WAIT_MS and MODEL come from the environment."""

import json
import math
import os

from mosec import Server, SSEWorker, Worker

CELL = os.environ["CELL"]
MAX_BATCH = int(os.environ["MAX_BATCH"])
MAX_WAIT_MS = int(os.environ["MAX_WAIT_MS"])
ROUTES = int(os.environ.get("ROUTES", "1"))


def each(work):
    """One record or a batch of them, as mosec hands them over for its batch size."""
    return work if MAX_BATCH == 1 else lambda records: [work(record) for record in records]


class Exp(Worker):
    def __init__(self):
        super().__init__()
        self.forward = each(lambda record: {"y": math.exp(record["x"])})

    def forward(self, data):
        raise NotImplementedError


class Parse(Worker):
    """The stage before exp in the cell two-stages: hands on what it gets."""

    def __init__(self):
        super().__init__()
        self.forward = each(lambda record: record)

    def forward(self, data):
        raise NotImplementedError


class Echo(Worker):
    def __init__(self):
        super().__init__()
        self.forward = each(lambda record: record)

    def forward(self, data):
        raise NotImplementedError


class Records(Worker):
    def __init__(self):
        super().__init__()
        self.forward = each(lambda trips: {"id": "0", "predictions": [t["fare"] + t["tip"] for t in trips]})

    def forward(self, data):
        raise NotImplementedError


class Mlp(Worker):
    """The model once a batch, as onnxruntime is used from Python, on one thread."""

    def __init__(self):
        super().__init__()
        import numpy
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.numpy = numpy
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options)
        self.input = self.session.get_inputs()[0].name

    def forward(self, data):
        records = [data] if MAX_BATCH == 1 else data
        rows = self.numpy.stack([self.read(record) for record in records]).astype(self.numpy.float32)
        scores = self.session.run(None, {self.input: rows})[0]
        answers = [self.write(row) for row in scores]
        return answers[0] if MAX_BATCH == 1 else answers

    def read(self, record):
        return self.numpy.asarray(record["v"])

    def write(self, row):
        return {"y": row.tolist()}


class MlpBytes(Mlp):
    def deserialize(self, data):
        return data

    def serialize(self, data):
        return data

    def read(self, record):
        return self.numpy.frombuffer(record, dtype=self.numpy.float32)

    def write(self, row):
        return row.tobytes()


class Bytes(Worker):
    def __init__(self):
        super().__init__()
        self.forward = each(lambda body: body)

    def deserialize(self, data):
        return data

    def serialize(self, data):
        return data

    def forward(self, data):
        raise NotImplementedError


class Widen(Worker):
    """Bytes to floats: the first stage of the cell tensor-hop."""

    def __init__(self):
        super().__init__()
        import numpy

        self.numpy = numpy

    def deserialize(self, data):
        return data

    def forward(self, data):
        return self.numpy.frombuffer(data, dtype=self.numpy.uint8).astype(self.numpy.float32)


class Sum(Worker):
    def forward(self, data):
        return {"sum": float(data.sum(dtype="float64"))}


class Stream(SSEWorker):
    """The events of one record after another, 20 bytes each."""

    def forward(self, data):
        for number in range(100):
            event = f"event {number:04d} {'x' * 9}"
            if MAX_BATCH == 1:
                self.send_stream_event(event)
                continue
            for index in range(len(data)):
                self.send_stream_event(event, index=index)
        return data


CELLS = {
    "exp": [Exp],
    "echo": [Echo],
    "records": [Records],
    "mlp": [Mlp],
    "mlp-bytes": [MlpBytes],
    "bytes": [Bytes],
    "two-stages": [Parse, Exp],
    "stream": [Stream],
    "tensor-hop": [Widen, Sum],
}

if __name__ == "__main__":
    server = Server()
    for index in range(ROUTES):
        route = "/inference" if index == 0 else f"/inference-{index}"
        for stage in CELLS[CELL]:
            server.append_worker(stage, num=1, max_batch_size=MAX_BATCH, max_wait_time=MAX_WAIT_MS, route=route)
    server.run()
