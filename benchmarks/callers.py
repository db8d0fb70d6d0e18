"""Many callers of one server at once, which leave the processor to it.

Each has a connection of its own and asks again as soon as it was answered. What they send is made once, and
of an answer they read no more than its length and whether it is a good one: a client of Python's own costs
as much as a fast server, and would make all servers look alike.
"""

import re
import selectors
import socket
import time
from collections.abc import Mapping

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"


class _Caller:
    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._got = b""

    def ask(self) -> None:
        self._got = b""
        self.socket.sendall(self._request)

    def is_answered(self) -> bool:
        """Read what came; whether that was the last of the answer. RuntimeError for one that is not good."""
        part = self.socket.recv(1 << 20)
        self._got += part
        head, found, body = self._got.partition(END_OF_HEAD)
        if not part or (found and not head.startswith(b"HTTP/1.1 200")):
            raise RuntimeError(f"answered {self._got[:300]!r}")
        length = LENGTH.search(head) if found else None
        return length is not None and len(body) >= int(length[1])


def rate(
    port: int, path: str, body: bytes, headers: Mapping[str, str], *, callers: int, seconds: float
) -> float:
    """Answers a second."""
    said = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body)), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    request = "\r\n".join(lines).encode() + END_OF_HEAD + body
    everyone = [_Caller(port, request) for _ in range(callers)]
    count, ends_at = 0, time.monotonic() + seconds
    with selectors.DefaultSelector() as answers:
        for caller in everyone:
            answers.register(caller.socket, selectors.EVENT_READ, caller)
            caller.ask()
        while time.monotonic() < ends_at:
            for key, _ in answers.select(timeout=1):
                if key.data.is_answered():
                    count += 1
                    key.data.ask()
    for caller in everyone:
        caller.socket.close()
    return count / seconds
