"""A stage for senders that speak HTTP: http_stage.py [port]. It prints where it listens."""
import json, math, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import pyarrow as pa

def columns(name):
    return {"fields": [{"name": name, "type": {"kind": "float", "bits": 64}, "isNullable": False}]}

contract = {"name": "root", "version": "1", "input": columns("x"), "output": columns("y"), "effects": "pure",
            "limits": {"maxRows": 65536, "maxBytes": 67108864}}

def stream(batch):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()

class Stage(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        is_known = self.path == "/.well-known/cascade"
        self.answer(200 if is_known else 404, json.dumps({"cascade": 1, "stages": [contract]} if is_known else {}).encode())

    def do_POST(self):
        body, started = self.rfile.read(int(self.headers["content-length"])), time.perf_counter()
        try:
            xs = pa.ipc.open_stream(body).read_all().column("x").to_pylist()
        except (pa.ArrowInvalid, KeyError) as cause:
            error = {"code": "SCHEMA_MISMATCH", "message": str(cause), "details": {"stage": "root"}}
            return self.answer(409, json.dumps({"error": error}).encode(), {"cascade-not-executed": "1"})
        bad = [row for row, x in enumerate(xs) if x < 0]
        reply = stream(pa.record_batch({"y": pa.array([math.sqrt(x) for x in xs if x >= 0], pa.float64())}))
        headers = {"server-timing": f"stage;dur={(time.perf_counter() - started) * 1000:.3f}"}
        if bad:
            headers["cascade-rejects"] = str(len(bad))
            reply += stream(pa.record_batch({"row": pa.array(bad, pa.int32()), "code": ["REQUEST_INVALID"] * len(bad),
                                             "message": [f"x must not be negative, got {xs[row]}" for row in bad]}))
        self.answer(200, reply, {**headers, "content-type": "application/vnd.apache.arrow.stream"})

    def answer(self, status, body, headers={}):
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Stage)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
