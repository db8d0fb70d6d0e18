"""A mail server and an HTTP server that fail in every way a receiver can, and remember what they took.

Each message draws a fault by chance, from a seed: mostly none. What a receiver took is "clear" when
the sender was told so in time, and "unclear" when the content arrived and the answer did not.
"""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port

WAYS = {"refuse": 4, "hang": 1, "later": 4, "never": 2, "broken": 4, "vanish": 4, "slow": 4}
"""Closed at once; silent, which costs most; 4xx; 5xx for good; a fault of the server; closed after the
content; late. How often each comes, beside the others."""
HANG_SECONDS = 2.5
SLOW_SECONDS = 0.1


class Ledger:
    """What arrived: per message id how clearly each time, and every text that was taken."""

    def __init__(self, *, share: float, seed: int = 7, ways: Mapping[str, int] = WAYS) -> None:
        self.share, self.ways = share, dict(ways)
        self.took: dict[str, list[str]] = defaultdict(list)
        self.texts: dict[str, str] = {}
        self.drawn: dict[str, int] = defaultdict(int)
        self._random, self._lock = random.Random(seed), Lock()

    def draw(self) -> str:
        """The fault of the next message, "" for none."""
        with self._lock:
            if self._random.random() >= self.share:
                return ""
            way = self._random.choices(list(self.ways), weights=self.ways.values())[0]
            self.drawn[way] += 1
            return way

    def take(self, message_id: str, text: str, how: str) -> None:
        with self._lock:
            self.took[message_id].append(how)
            self.texts[message_id] = text


def doubled(took: Mapping[str, list[str]], tries: Mapping[str, list]) -> Iterator[str]:
    """Ids of messages that were taken again although the sender had been told so.

    Each clear yes may be followed by another only if the sender could not note it: it was killed, or
    had stopped waiting, as its log of ``tries`` (outcome, answer) says, when a yes came late.
    """
    for message_id, hows in took.items():
        unheard = sum(outcome == "lost" or "timed out" in said for outcome, said in tries.get(message_id, []))
        if hows.count("clear") > 1 + unheard:
            yield message_id


class _Mail:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.fault = self.ledger.draw()  # type: ignore[attr-defined]
        if session.fault == "refuse":  # type: ignore[attr-defined]
            server.transport.abort()
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = session.fault  # type: ignore[attr-defined]
        if fault in ("later", "broken"):
            return "451 try again later" if fault == "later" else "421 going down"
        if fault == "never":
            return "554 no"
        assert envelope.original_content is not None
        mail = message_from_bytes(envelope.original_content, policy=default)
        unclear = fault in ("hang", "vanish")
        text = mail.get_body(("plain",)).get_content()
        self.ledger.take(mail["Message-ID"].strip("<>"), text, "unclear" if unclear else "clear")
        if fault == "vanish":
            server.transport.abort()
        await asyncio.sleep({"hang": HANG_SECONDS, "slow": SLOW_SECONDS}.get(fault, 0))
        return "250 OK"


@contextmanager
def faulty_mail(ledger: Ledger) -> Iterator[str]:
    """EMAIL_URL of a running server."""
    port = free_port()
    controller = Controller(_Mail(ledger), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


class _Hook(BaseHTTPRequestHandler):
    ledger: Ledger

    def do_POST(self) -> None:
        fault = self.ledger.draw()
        if fault == "refuse":
            self.connection.close()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = {"later": 429, "never": 400, "broken": 500}.get(fault, 200)
        if status == 200:
            unclear = fault in ("hang", "vanish")
            self.ledger.take(
                self.headers["X-DataOps-Delivery"],
                json.dumps(json.loads(body)),
                "unclear" if unclear else "clear",
            )
        time.sleep({"hang": HANG_SECONDS, "slow": SLOW_SECONDS}.get(fault, 0))
        if fault == "vanish":
            self.connection.close()
            return
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Connections that break are what this is about."""


@contextmanager
def faulty_hook(ledger: Ledger) -> Iterator[str]:
    """Address of a running server."""
    server = _Quiet(("127.0.0.1", 0), type("Hook", (_Hook,), {"ledger": ledger}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
