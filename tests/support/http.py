"""An HTTP server that keeps what it is sent, and answers as the test says."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import brotli

UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}


@dataclass(frozen=True, slots=True)
class Taken:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def content(self) -> bytes:
        """The body as it was before it was compressed."""
        return UNPACK.get(self.headers.get("content-encoding", ""), bytes)(self.body)


@dataclass(slots=True)
class HttpSink:
    """``url`` is its address; ``answers`` are the statuses of the next answers, then 200."""

    url: str
    taken: list[Taken] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def http_sink() -> Iterator[HttpSink]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            sink.taken.append(Taken(self.path, headers, body))
            self.send_response(sink.answers.pop(0) if sink.answers else 200)
            self.send_header("Location", "http://169.254.169.254/latest")
            self.end_headers()
            self.wfile.write(b"said the sink")

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink = HttpSink(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
