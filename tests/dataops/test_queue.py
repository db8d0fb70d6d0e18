"""A page never waits for the broker and never breaks with it."""

import socket
from contextlib import suppress

import pytest
from celery import current_app
from django.db import transaction

from dataops.web import queue


@pytest.fixture
def broker_at(monkeypatch):
    """Point the publisher at another broker, with no memory of earlier faults."""

    def point(url: str) -> None:
        monkeypatch.setattr(current_app.conf, "broker_write_url", url)
        monkeypatch.setattr(queue, "_broken_until", 0.0)
        queue._producers.cache_clear()

    yield point
    queue._producers.cache_clear()


def test_a_broker_that_refuses_costs_no_error(broker_at):
    broker_at("redis://127.0.0.1:1/0")
    assert queue.publish("web.sweep") is False


def test_a_broker_that_never_answers_is_given_up_and_not_asked_again_for_a_while(broker_at):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        broker_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert queue.publish("web.sweep") is False
        assert callers(silent)

        assert queue.publish("web.sweep") is False
        assert not callers(silent)


def callers(server: socket.socket) -> int:
    """How many connections it was asked for since it was last looked at."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_for_a_transaction_that_rolls_back(monkeypatch):
    sent = []
    monkeypatch.setattr(queue, "publish", lambda *args, **options: sent.append(args))
    with transaction.atomic():
        queue.send_on_commit("web.sweep")
        transaction.set_rollback(True)

    assert sent == []
