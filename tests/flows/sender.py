"""A script that hands in files while processes come and go, and knows which request got no answer."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread

import requests

from tests.support.processes import ADMIN_PASSWORD

CUT = "cut"
FORM = (
    f'--{CUT}\r\nContent-Disposition: form-data; name="source"\r\n\r\nrolling\r\n'
    f'--{CUT}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n{{}}\r\n--{CUT}--\r\n'
)


class Sender:
    """Asks whichever of the ``ports`` takes connections; ``lost`` are requests that got no answer."""

    def __init__(self, ports: tuple[int, ...], token: str) -> None:
        self.ports = ports
        self.runs: list[int] = []
        self.lost: list[str] = []
        self.is_over = Event()
        self.head = {"Authorization": f"Token {token}"}

    def go_on(self) -> None:
        while not self.is_over.is_set():
            if not any(self._taken(port) for port in self.ports):
                self.lost.append("nobody listens")

    def has_sent(self, many: int) -> bool:
        return len(self.runs) >= many

    def outcomes(self) -> list[str] | None:
        """How all runs ended, once all have."""
        asked = [f"http://127.0.0.1:{self.ports[0]}/api/v1/data-quality/checks/{pk}" for pk in self.runs]
        found = [requests.get(url, headers=self.head, timeout=30).json()["status"] for url in asked]
        return None if {"queued", "running"} & set(found) else found

    def _taken(self, port: int) -> bool:
        """Whether a connection was; the request on it has to be answered then."""
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        with suppress(ConnectionRefusedError), closing(connection):
            connection.connect()
            self._send(connection)
            return True
        return False

    def _send(self, connection: HTTPConnection) -> None:
        content = f"id,n\n1,{len(self.runs)}\n2,{len(self.lost)}\n"
        head = self.head | {"Content-Type": f"multipart/form-data; boundary={CUT}"}
        try:
            connection.request("POST", "/api/v1/data-quality/upload", FORM.format(content), head)
            self.runs.append(json.loads(connection.getresponse().read())["check"]["id"])
        except (OSError, HTTPException, ValueError, KeyError) as fault:
            self.lost.append(repr(fault))


@contextmanager
def sending(ports: tuple[int, ...], url: str) -> Iterator[Sender]:
    """It goes on until the block is left; the first of the ports is there at the end."""
    person = {"username": "admin", "password": ADMIN_PASSWORD}
    token = requests.post(f"{url}/api/v1/auth/token", json=person, timeout=30).json()["token"]
    sender = Sender(ports, token)
    thread = Thread(target=sender.go_on, daemon=True)
    thread.start()
    try:
        yield sender
    finally:
        sender.is_over.set()
        thread.join(60)
