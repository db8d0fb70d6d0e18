"""The broker is the one the environment names, else one of our own that other users cannot reach."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import kombu
import pytest

from dataops.web import broker
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"CELERY_BROKER_URL": "redis://celery", "REDIS_URL": "redis://redis"}, "redis://celery"),
        ({"CELERY_BROKER_URL": "", "REDIS_URL": "redis://redis"}, "redis://redis"),
    ],
)
def test_broker_of_the_environment_goes_first_and_is_not_started(tmp_path, environ, url) -> None:
    assert broker.find(tmp_path, environ) == broker.Broker(url, command=None)


def test_without_one_in_the_environment_our_own_is_started(tmp_path) -> None:
    found = broker.find(tmp_path, {})

    assert found.url == broker.url(tmp_path)
    assert found.command


def test_deep_home_gets_a_socket_that_is_short_enough_and_its_own(tmp_path) -> None:
    deep, other = tmp_path / ("a" * 100), tmp_path / ("b" * 100)

    assert len(os.fsencode(broker.socket_path(deep))) <= broker.LONGEST_SOCKET_PATH
    assert broker.socket_path(deep) != broker.socket_path(other)


def test_directory_somebody_else_planted_is_refused(tmp_path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "broker").symlink_to(planted)

    with pytest.raises(broker.BrokerError, match="belongs to somebody else"):
        broker.prepare(home)


@pytest.mark.redis
@pytest.mark.parametrize("name", ["home", "a home with spaces & ünïcode", "h" * 100])
def test_messages_outlive_a_kill_of_the_embedded_broker(tmp_path, name: str) -> None:
    home = tmp_path / name
    with embedded_broker(home), kombu.Connection(broker.url(home)) as connection:
        connection.SimpleQueue("jobs").put("remember me")
        time.sleep(1.2)  # it writes to disk once a second

    with embedded_broker(home), kombu.Connection(broker.url(home)) as connection:
        assert connection.SimpleQueue("jobs").get(timeout=5).payload == "remember me"
        assert broker.socket_path(home).stat().st_mode & 0o077 == 0


@contextmanager
def embedded_broker(home: Path) -> Iterator[None]:
    """The embedded broker, killed with -9 at the end."""
    broker.prepare(home)
    process = subprocess.Popen(broker.command(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(broker.socket_path(home).exists)
        yield
    finally:
        process.kill()
        process.wait()
        if not broker.socket_path(home).is_relative_to(home):
            shutil.rmtree(broker.socket_path(home).parent)
