"""What machines ask: alive, ready, metrics."""

import pytest

from dataops.web import health, tokens

pytestmark = pytest.mark.django_db


def test_alive_needs_no_sign_in(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_every_part_and_is_503_while_one_is_missing(client):
    answer = client.get("/readyz", headers={"accept-language": "de"})
    parts = answer.json()["parts"]

    assert answer.status_code == 503
    assert {
        "database",
        "broker",
        "worker",
        "heavy worker",
        "scheduler",
        "storage",
        "jobs",
        "outbox",
        "deliveries",
    } <= set(parts)
    assert parts["database"]["ok"]
    assert parts["scheduler"] == {"ok": False, "detail": "never seen"}


def test_people_read_in_their_language_what_was_seen(client_as):
    page = client_as("admin").get("/settings/system/", headers={"accept-language": "de"})

    assert "nie gesehen" in page.content.decode()


def test_a_part_that_was_seen_lately_is_alive(client):
    health.beat("scheduler")

    assert client.get("/readyz").json()["parts"]["scheduler"]["ok"]


def test_a_look_that_breaks_does_not_hide_the_others(client, monkeypatch):
    def broken():
        raise OSError("secret path /srv/data")

    monkeypatch.setitem(health.LOOKS, "storage", broken)
    parts = client.get("/readyz").json()["parts"]

    assert parts["storage"] == {"ok": False, "detail": "OSError"}
    assert parts["database"]["ok"]


def test_metrics_are_for_a_token_or_a_listed_address(client, user, settings):
    _, text = tokens.issue(user=user(), name="prometheus", scope="read")

    assert client.get("/metrics").status_code == 401
    page = client.get("/metrics", headers={"Authorization": f"Token {text}"}).content.decode()
    assert 'dataops_part_ok{part="database"} 1.0' in page
    settings.METRICS_ALLOWED_ADDRESSES = ["127.0.0.1"]
    assert client.get("/metrics").status_code == 200
