"""A script of a user: the API over HTTP with a token."""

import time
from pathlib import Path
from typing import Any

import requests

from tests.support.processes import ADMIN_PASSWORD, Processes
from tests.support.waiting import PATIENCE_SECONDS

API = "/api/v1"
TERMINAL = {"succeeded", "failed", "cancelled"}


class Script:
    """Signed in with name and password, as the guide says."""

    def __init__(self, product: Processes) -> None:
        self.product = product
        self.session = requests.Session()
        answer = self.post("auth/token", {"username": "admin", "password": ADMIN_PASSWORD})
        self.session.headers["Authorization"] = f"Token {answer['token']}"

    def get(self, path: str) -> Any:
        return self._read(self.session.get(self._url(path), timeout=30))

    def post(self, path: str, body: Any = None) -> Any:
        return self._read(self.session.post(self._url(path), json=body, timeout=60))

    def upload(self, name: str, content: bytes | Path, *, source: str) -> dict[str, Any]:
        data = content.read_bytes() if isinstance(content, Path) else content
        files = {"file": (name, data, "text/csv")}
        url = self._url("data-quality/upload")
        return self._read(self.session.post(url, files=files, data={"source": source}, timeout=120))

    def follow(self, url: str, *, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Ask until the run is over."""
        deadline = time.monotonic() + seconds
        while True:
            run = self.get(url)
            if run["status"] in TERMINAL:
                return run
            assert time.monotonic() < deadline, f"{url} is still {run['status']}: {run}"
            time.sleep(0.2)

    def _url(self, path: str) -> str:
        return self.product.url + (path if path.startswith("/") else f"{API}/{path}")

    def _read(self, answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.status_code} {answer.url}: {answer.text[:500]}"
        return answer.json()


def damaged(flights: Path, rows: int = 20_000) -> bytes:
    """A later file of the source: one column lost, everything sent twice."""
    lines = flights.read_bytes().splitlines()[: rows + 1]
    kept = [line.rpartition(b",")[0] for line in lines]
    return b"\n".join([*kept, *kept[1:]]) + b"\n"
