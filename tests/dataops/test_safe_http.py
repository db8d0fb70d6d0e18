"""What people type in as an address never reaches this machine or its network unless it is allowed."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dataops.web import safe_http
from dataops.web.safe_http import OutboundError, checked_address, get, says_private


class Site(BaseHTTPRequestHandler):
    """Answers by path; remembers the headers it was sent."""

    seen: list[dict[str, str]] = []

    def do_GET(self) -> None:
        self.seen.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path[4:])
            self.end_headers()
            return
        status = {"/gone": 404, "/broken": 503}.get(self.path, 200)
        body = b"x" * 5000 if self.path == "/large" else b"a,b\n1,2\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Tests are quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def local(settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1/32"]


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """``names["example.com"] = [...]``: what each name resolves to, one list a question asked."""
    answers: dict[str, list[list[str]]] = {}

    def resolve(host, port, **_):
        if host not in answers:
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(safe_http, "resolve", resolve)
    return answers


def body(url: str, *, headers=None, max_bytes=1000) -> bytes:
    with get(url, headers=headers or {}, max_bytes=max_bytes) as answer:
        return b"".join(answer.pieces)


PRIVATE = [
    "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "169.254.169.254", "10.1.2.3", "172.16.0.1",
    "192.168.1.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "fe80::1", "fc00::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::1", "2130706433",
    "0x7f.1", "0177.0.0.1", "127.1", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_that_is_not_public_is_refused_however_it_is_written(host) -> None:
    with pytest.raises(OutboundError):
        checked_address(host, 80)


@pytest.mark.parametrize("host", [*PRIVATE, "LOCALHOST.", "shop.localhost"])
def test_it_is_no_setting_either_and_no_name_server_is_asked(host, monkeypatch, settings) -> None:
    monkeypatch.setattr(safe_http, "resolve", None)
    assert says_private(host)

    settings.OUTBOUND_ALLOW = ["0.0.0.0/0", "::/0"]
    assert not says_private(host)


@pytest.mark.parametrize("host", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_allowed(host) -> None:
    assert checked_address(host, 443) == host


def test_one_private_address_among_public_ones_refuses_the_name(names) -> None:
    names["mixed.example"] = [["93.184.216.34", "10.0.0.1"]]

    with pytest.raises(OutboundError, match=r"10\.0\.0\.1"):
        checked_address("mixed.example", 80)


def test_a_name_that_answers_differently_the_second_time_gains_nothing(names, site, local) -> None:
    """Rebinding: the connection goes to the address that was checked."""
    port = site.rsplit(":", 1)[1]
    names["rebinding.example"] = [["127.0.0.1"], ["10.0.0.1"]]

    assert body(f"http://rebinding.example:{port}/") == b"a,b\n1,2\n"
    assert Site.seen[0]["host"] == f"rebinding.example:{port}"
    with pytest.raises(OutboundError, match=r"10\.0\.0\.1"):
        body(f"http://rebinding.example:{port}/")


def test_nothing_is_asked_of_a_refused_server(site) -> None:
    with pytest.raises(OutboundError, match="DATAOPS_OUTBOUND_ALLOW"):
        body(site + "/")
    assert Site.seen == []


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest", "http://[::1]/", "http://localhost:1/"])
def test_a_redirect_is_checked_like_the_first_address(names, site, local, target) -> None:
    port = site.rsplit(":", 1)[1]
    names["outside.example"] = [["127.0.0.1"]]
    names["localhost"] = [["127.0.0.2"]]

    with pytest.raises(OutboundError, match="not a public address"):
        body(f"http://outside.example:{port}/to/{target}")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.com/x", "gopher://example.com"])
def test_a_redirect_to_another_protocol_is_refused(site, local, target) -> None:
    with pytest.raises(OutboundError):
        body(f"{site}/to/{target}")


def test_a_redirect_on_the_same_site_is_followed_with_the_secret(site, local) -> None:
    assert body(f"{site}/to//next", headers={"X-Key": "hush"}) == b"a,b\n1,2\n"
    assert [request.get("x-key") for request in Site.seen] == ["hush", "hush"]


def test_a_redirect_elsewhere_is_followed_without_the_secret(names, site, local) -> None:
    names["other.example"] = [["127.0.0.1"]]
    port = site.rsplit(":", 1)[1]
    body(f"{site}/to/http://other.example:{port}/", headers={"X-Key": "hush", "Authorization": "hush"})

    assert "hush" in str(Site.seen[0])
    assert "hush" not in str(Site.seen[1])


def test_redirects_in_a_circle_end(site, local) -> None:
    with pytest.raises(OutboundError, match="redirects"):
        body(f"{site}/to//to//to//to//to//end")


def test_a_body_stops_at_the_limit(site, local) -> None:
    with pytest.raises(OutboundError, match="limit"):
        body(site + "/large", max_bytes=1000)


@pytest.mark.parametrize(("path", "transient"), [("/gone", False), ("/broken", True)])
def test_faults_say_whether_another_try_may_help(site, local, path, transient) -> None:
    with pytest.raises(OutboundError) as caught:
        body(site + path)
    assert caught.value.transient is transient


def test_a_user_name_in_the_address_is_refused(site, local) -> None:
    with pytest.raises(OutboundError, match="password"):
        body(site.replace("http://", "http://user:pass@"))


def test_proxies_of_the_environment_are_not_used(site, local, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert body(site + "/") == b"a,b\n1,2\n"
