"""Libraries that open connections by themselves reach no more than we do."""

import socket
import subprocess
from pathlib import Path

import pytest

from dataops.web.connection_guard import RefusedError, guarded


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254"])
def test_private_addresses_are_refused(address: str, kind: socket.SocketKind) -> None:
    with guarded() as refusals, socket.socket(type=kind) as line, pytest.raises(RefusedError):
        line.connect((address, 9))

    assert address in refusals[0]


def test_datagrams_without_a_connection_are_refused_too() -> None:
    with guarded(), socket.socket(type=socket.SOCK_DGRAM) as line, pytest.raises(RefusedError):
        line.sendto(b"x", ("127.0.0.1", 514))


def test_local_sockets_are_refused() -> None:
    with guarded(), socket.socket(socket.AF_UNIX) as line, pytest.raises(RefusedError):
        line.connect("/run/some.sock")


def test_allowed_networks_can_be_reached(settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    with socket.create_server(("127.0.0.1", 0)) as server, guarded() as refusals:
        socket.create_connection(server.getsockname()).close()

    assert refusals == []


def test_files_and_programs_are_refused(tmp_path: Path) -> None:
    with guarded() as refusals:
        for reach in (
            lambda: Path("/etc/hostname").read_text(),
            lambda: (tmp_path / "new").write_text("x"),
            lambda: subprocess.run(["true"], check=False),
        ):
            with pytest.raises(RefusedError):
                reach()

    assert len(refusals) == 3


def test_outside_of_it_nothing_is_refused() -> None:
    with guarded():
        pass

    assert Path("/etc/hostname").read_text()
