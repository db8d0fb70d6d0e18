"""The one way out to addresses that people type in: nothing on this machine or its network by accident.

Every address a name resolves to must be public or allow-listed (OUTBOUND_ALLOW), and the connection
goes to the address that was checked, so that a name which answers differently the second time gains
nothing. Redirects pass the same check. Proxies of the environment are not used.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache

import httpx
from django.conf import settings

from dataops.web.words import lazy as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
MOST_REDIRECTS = 3
LOOPBACK = "127.0.0.1"
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
CHUNK_BYTES = 256 * 1024
REPLY_BYTES = 64 * 1024
REPLY_SHOWN = 300

resolve: Callable[..., list[tuple]] = socket.getaddrinfo


class OutboundError(Exception):
    """A request that was not made, or failed; ``transient`` when another try may help."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


def checked_address(host: str, port: int) -> str:
    """An address of ``host`` to connect to, once all of them were found harmless.

    Raises OutboundError. Numbers written in other ways (2130706433, 0x7f.1) are resolved first and
    judged by what they mean.
    """
    try:
        found = resolve(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        told = _("%(host)s could not be resolved (%(error)s)") % {"host": host, "error": error}
        raise OutboundError(told, transient=True) from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses:
        raise OutboundError(_("%(host)s has no address") % {"host": host}, transient=True)
    for address in addresses:
        if not is_allowed(address):
            raise OutboundError(
                _(
                    "%(host)s is at %(address)s, which is not a public address;"
                    " an operator can allow it with DATAOPS_OUTBOUND_ALLOW"
                )
                % {"host": host, "address": address}
            )
    return addresses[0]


def is_allowed(address: str) -> bool:
    """Whether an address is public, or inside a network that the operator allowed."""
    meant = _meant(ipaddress.ip_address(address))
    if any(meant in ipaddress.ip_network(net, strict=False) for net in settings.OUTBOUND_ALLOW):
        return True
    return meant.is_global and not meant.is_multicast


def says_private(host: str) -> bool:
    """Whether a host tells without being resolved that no connection to it is made; for a form, which waits
    for no name server."""
    address = _written_address(host.lower().rstrip("."))
    return bool(address) and not is_allowed(address)


def _written_address(host: str) -> str:
    """The address that ``host`` is, however it is written; empty for a name that only a resolver knows."""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761
        return LOOPBACK
    with suppress(ValueError):
        return str(ipaddress.ip_address(host.partition("%")[0]))
    with suppress(ValueError, OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return ""


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps (mapped, 6to4, Teredo, NAT64), or itself."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


@cache
def _trust() -> ssl.SSLContext:
    """Who is trusted to name a server, read once: reading takes 25 ms, more than a message does otherwise."""
    return ssl.create_default_context()


class GuardedTransport(httpx.BaseTransport):
    """Connects to the checked address; TLS and the Host header keep the name."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport(verify=_trust(), trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in ("http", "https"):
            raise OutboundError(
                _("%(scheme)s:// is not fetched; give an http or https address")
                % {"scheme": request.url.scheme}
            )
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=checked_address(host, port)),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions | {"sni_hostname": host},
        )
        return self._inner.handle_request(pinned)

    def close(self) -> None:
        self._inner.close()


def client() -> httpx.Client:
    """A client that follows no redirects by itself."""
    return httpx.Client(
        transport=GuardedTransport(),
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "dataops-inspector", "Accept-Encoding": "identity"},
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """Headers of a good answer, and its body by pieces, which stops at ``max_bytes``."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


@contextmanager
def get(url: str, *, headers: Mapping[str, str], max_bytes: int) -> Iterator[Answer]:
    """GET an address; redirects are followed up to MOST_REDIRECTS, each checked like the first.

    Headers go to the first origin only, and never from https to http. Raises OutboundError, also
    for an answer of 4xx or 5xx, whose body is not shown.
    """
    with client() as web:
        response = _follow(web, _request(web, url, headers))
        try:
            yield Answer(response.status_code, response.headers, _pieces(response, max_bytes))
        finally:
            response.close()


def _request(web: httpx.Client, url: str, headers: Mapping[str, str]) -> httpx.Request:
    try:
        request = web.build_request("GET", url, headers=dict(headers))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise OutboundError(_("the address cannot be read: %(error)s") % {"error": error}) from None
    if request.url.userinfo:
        raise OutboundError(_("the address holds a user name or password; use the fields for secrets"))
    return request


def _follow(web: httpx.Client, request: httpx.Request) -> httpx.Response:
    own_headers = set(request.headers) - set(web.headers)
    for _hop in range(MOST_REDIRECTS + 1):
        response = _send(web, request)
        if not response.has_redirect_location:
            _refuse_faults(response)
            return response
        response.close()
        request = _next_hop(request, response, own_headers)
    raise OutboundError(
        _("more than %(most)s redirects; give the address they lead to") % {"most": MOST_REDIRECTS}
    )


def _send(web: httpx.Client, request: httpx.Request) -> httpx.Response:
    try:
        return web.send(request, stream=True)
    except httpx.HTTPError as error:
        raise _broken(request.url, error) from None


def _broken(url: httpx.URL, error: Exception) -> OutboundError:
    words = str(error) or type(error).__name__
    return OutboundError(f"{url.host} did not answer: {words}", transient=True)


def _next_hop(before: httpx.Request, response: httpx.Response, own_headers: set[str]) -> httpx.Request:
    following = response.next_request
    if following is None or following.url.userinfo:
        raise OutboundError(
            _("%(host)s redirects to an address that cannot be followed") % {"host": before.url.host}
        )
    if before.url.scheme == "https" and following.url.scheme != "https":
        raise OutboundError(
            _("%(host)s redirects from https to %(scheme)s")
            % {"host": before.url.host, "scheme": following.url.scheme}
        )
    if _origin(before.url) != _origin(following.url):
        for name in own_headers - {"host"}:
            following.headers.pop(name, None)
    return following


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _refuse_faults(response: httpx.Response) -> None:
    if response.status_code < 400:
        return
    response.close()
    again = response.status_code in (408, 425, 429) or response.status_code >= 500
    raise OutboundError(
        f"{response.request.url.host} answered {response.status_code} {response.reason_phrase}".rstrip(),
        transient=again,
    )


def _pieces(response: httpx.Response, max_bytes: int) -> Iterator[bytes]:
    """The body, decoded and counted: a small body that unpacks to a large one stops as well."""
    received = 0
    try:
        for piece in response.iter_bytes(CHUNK_BYTES):
            received += len(piece)
            if received > max_bytes:
                raise OutboundError(
                    _("the file is larger than the limit of %(limit)s MiB") % {"limit": max_bytes // 1024**2}
                )
            yield piece
    except httpx.HTTPError as error:
        raise _broken(response.request.url, error) from None


@dataclass(frozen=True, slots=True)
class Reply:
    """Any answer to a POST, its first words included; redirects are answers too."""

    status: int
    text: str
    headers: Mapping[str, str]


def post(url: str, content: bytes, *, headers: Mapping[str, str], seconds: float) -> Reply:
    """POST to an address. Raises OutboundError when there was no answer, or the address is refused."""
    with _answered("POST", url, content, headers=headers, seconds=seconds) as response:
        try:
            said = b"".join(_pieces(response, REPLY_BYTES))
        except OutboundError:  # a long answer is an answer
            said = b""
        return Reply(response.status_code, said.decode(errors="replace")[:REPLY_SHOWN], response.headers)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Any answer to a request, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    method: str, url: str, content: bytes, *, headers: Mapping[str, str], seconds: float, max_bytes: int
) -> Exchange:
    """One request and its whole answer, redirects included. Raises OutboundError, also for a longer one."""
    with _answered(method, url, content, headers=headers, seconds=seconds) as response:
        return Exchange(response.status_code, response.headers, b"".join(_pieces(response, max_bytes)))


@contextmanager
def _answered(
    method: str, url: str, content: bytes, *, headers: Mapping[str, str], seconds: float
) -> Iterator[httpx.Response]:
    with client() as web:
        try:
            request = web.build_request(method, url, content=content, headers=dict(headers), timeout=seconds)
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise OutboundError(_("the address cannot be read: %(error)s") % {"error": error}) from None
        response = _send(web, request)
        try:
            yield response
        finally:
            response.close()
