"""Whoever sends badly, twice at once or half of it, to a web server over its real sockets."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.flows.client import API, Script
from tests.support.processes import prepared_processes
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes
ROWS = b"id,shop\n" + b"".join(b"%d,shop %d\n" % (n, n % 5) for n in range(300))
HALF = (
    b'--x\r\nContent-Disposition: form-data; name="source"\r\n\r\nhung up\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n' + ROWS * 1500
)
"""More than is kept in memory."""


@pytest.fixture(scope="module")
def script(tmp_path_factory) -> Iterator[Script]:
    with prepared_processes(tmp_path_factory.mktemp("senders")) as product:
        product.start("web")
        product.wait_until_ready()
        yield Script(product)


def sources(script: Script) -> list[str]:
    return [source["name"] for source in script.get("data-quality/sources")["results"]]


def arriving(script: Script) -> list[str]:
    return [path.name for path in (script.product.home / "incoming").iterdir()]


@contextmanager
def half_sent(script: Script) -> Iterator[None]:
    """A connection on which twice as much was announced as comes."""
    head = [
        f"POST {API}/data-quality/upload HTTP/1.1",
        f"Host: 127.0.0.1:{script.product.port}",
        f"Authorization: {script.session.headers['Authorization']}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {2 * len(HALF)}",
    ]
    with socket.create_connection(("127.0.0.1", script.product.port)) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + HALF)
        yield


def test_a_double_click_is_one_source_and_one_run(script):
    with ThreadPoolExecutor(4) as clicks:
        answers = list(clicks.map(lambda _: script.upload("shop.csv", ROWS, source="clicked"), range(4)))

    assert len({answer["check"]["id"] for answer in answers}) == 1
    assert sources(script) == ["clicked"]


def test_a_sender_who_hangs_up_leaves_nothing(script):
    with half_sent(script):
        eventually(lambda: arriving(script), what=lambda: "the half that was sent")

    eventually(lambda: not arriving(script), what=lambda: str(arriving(script)))
    assert "hung up" not in sources(script)
