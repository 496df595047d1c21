"""Calls a stage that `cascade serve --stage` offers: http_client.py http://127.0.0.1:8000 root 1 4 9"""
import json, sys, uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen
import pyarrow as pa

base, stage, *values = sys.argv[1:]
contracts = json.load(urlopen(f"{base}/.well-known/cascade", timeout=2))["stages"]
contract = next(one for one in contracts if one["name"] == stage)
[column] = [field["name"] for field in contract["input"]["fields"]]

batch = pa.record_batch({column: pa.array([float(value) for value in values])})
sink = pa.BufferOutputStream()
with pa.ipc.new_stream(sink, batch.schema) as writer:
    writer.write_batch(batch)

request = Request(f"{base}/cascade/v1/{stage}", sink.getvalue().to_pybytes(), {
    "content-type": "application/vnd.apache.arrow.stream",
    "cascade-schema": contract["input"]["fingerprint"],
    "cascade-deadline-ms": "5000",
    "idempotency-key": str(uuid.uuid4()),  # the same one if this call is made again
})
try:
    reply = urlopen(request, timeout=5)
except HTTPError as failed:
    error = json.load(failed)["error"]
    sys.exit(f"{error['code']}: {error['message']}")
source = pa.BufferReader(reply.read())
answer = {"rows": pa.ipc.open_stream(source).read_all().to_pylist(), "rejects": []}
if "cascade-rejects" in reply.headers:
    answer["rejects"] = pa.ipc.open_stream(source).read_all().to_pylist()
print(json.dumps(answer))
