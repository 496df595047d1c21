"""Calls a stage from Python, over stdin and stdout of `cascade stage`, or over a Unix socket: see docs/wire.md."""
import json, os, socket, struct, subprocess, sys
import pyarrow as pa

HEADER = struct.Struct("<4sBBHIII")  # "CSCD", version, kind, zeros, number of the call, bytes of head and body
HELLO, CONTRACT, CALL, REPLY, FAILED, CANCEL, GOODBYE = range(1, 8)

def open_way(target):
    if target.startswith("unix:"):
        way = socket.socket(socket.AF_UNIX)
        way.connect(target.removeprefix("unix:"))
        return way.makefile("wb"), way.makefile("rb")
    command = [*os.environ.get("CASCADE", "npx cascade").split(), "stage", target, "--stdio"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return child.stdin, child.stdout

def ask(way, kind, head, body=b"", number=1):
    text = json.dumps(head).encode()
    way[0].write(HEADER.pack(b"CSCD", 1, kind, 0, number, len(text), len(body)) + text + body)
    way[0].flush()
    _, _, kind, _, _, head_bytes, body_bytes = HEADER.unpack(way[1].read(HEADER.size))
    head, body = json.loads(way[1].read(head_bytes) or b"{}"), way[1].read(body_bytes)
    if kind == FAILED:
        raise RuntimeError(f"{head['code']}: {head['message']}")
    return head, body

def call(way, stage, batch):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    head, body = ask(way, CALL, {"stage": stage}, sink.getvalue().to_pybytes())
    streams = pa.BufferReader(body)
    rows = pa.ipc.open_stream(streams).read_all().to_pylist()
    return rows, pa.ipc.open_stream(streams).read_all().to_pylist() if head["rejects"] else []

if __name__ == "__main__":
    way = open_way(sys.argv[1])
    contract = ask(way, HELLO, {})[0]["contract"]
    batch = pa.RecordBatch.from_pylist(json.loads(sys.argv[2]))
    rows, rejects = call(way, contract["name"], batch)
    print(json.dumps({"stage": contract["name"], "rows": rows, "rejects": rejects}))
