"""Mild alerts are told together at an hour, once, and only when there is news."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail

from alerts import services
from alerts.models import Channel, Notification, Route
from tests.alerts.helpers import breach, ok, reasons_told, say

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock(user):
    user("admin", email="ada@example.com")
    Route.objects.update(digested_until=MONDAY)
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def mild(kind: str, **fields):
    return breach(kind, severity="info", **fields)


def test_info_is_told_in_the_digest_only_and_once(clock):
    say(mild("a"))
    assert (reasons_told(), services.send_digests()) == ([], 0)

    clock.move_to(datetime(2026, 3, 3, 8, tzinfo=UTC))
    assert (services.send_digests(), services.send_digests()) == (1, 0)
    assert (
        Notification.objects.get().subject
        == "[DIGEST] Everything by e-mail: 1 opened, 0 resolved, 0 still open"
    )


def test_a_digest_lists_what_opened_what_goes_on_and_what_ended(clock):
    say(mild("goes on", title="it goes on"), mild("ends", title="it ends"))
    clock.move_to(datetime(2026, 3, 3, 9, tzinfo=UTC))
    services.send_digests()
    say(mild("new", title="it is new"))
    say(ok("ends"))
    clock.move_to(datetime(2026, 3, 4, 9, tzinfo=UTC))
    services.send_digests()
    services.deliver_due()

    body = mail.outbox[-1].body
    assert "1 opened, 1 resolved, 1 still open" in body
    order = [
        body.index(words)
        for words in ("OPENED", "it is new", "STILL OPEN", "it goes on", "RESOLVED", "it ends")
    ]
    assert order == sorted(order)
    assert all(words in mail.outbox[-1].alternatives[0].content for words in ("Still open", "it goes on"))


def test_an_empty_digest_is_not_sent_nor_one_without_news(clock):
    say(mild("a"))
    for day in (3, 4, 5):
        clock.move_to(datetime(2026, 3, day, 9, tzinfo=UTC))
        services.send_digests()

    assert reasons_told() == ["digest"]


def test_one_that_was_missed_is_caught_up(clock):
    say(mild("a"))
    clock.move_to(datetime(2026, 3, 6, 7, tzinfo=UTC))

    assert services.send_digests() == 1


def test_hours_are_those_of_the_time_zone(clock):
    services.update_route(Route.objects.get(), by=None, time_zone="Asia/Tokyo", digest_hour=7)
    say(mild("a"))

    clock.move_to(datetime(2026, 3, 2, 21, 59, tzinfo=UTC))
    assert services.send_digests() == 0
    clock.move_to(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))
    assert services.send_digests() == 1


def test_an_hourly_one_may_take_warnings_too(clock):
    services.update_route(Route.objects.get(), by=None, digest="hourly", digest_up_to="warning")
    say(breach("a", severity="warning"), breach("b", severity="critical"))
    assert reasons_told() == ["opened"]

    clock.shift(3600)
    services.send_digests()
    assert [a["title"] for a in Notification.objects.get(reason="digest").payload["alerts"]] == [
        "score 0.71 is under 0.80"
    ]


def test_what_gets_worse_is_told_at_once(clock):
    say(mild("a"))
    say(breach("a", severity="warning"))
    say(ok("a"))

    assert reasons_told() == ["escalated", "resolved"]


def test_what_is_silenced_is_left_out_and_news_once_it_is_not(clock, user):
    by = user("operator")
    silence = services.create_silence(
        match={"kind": "a"}, reason="work", ends_at=datetime(2026, 3, 3, 20, tzinfo=UTC), by=by
    )
    say(mild("a"))
    clock.move_to(datetime(2026, 3, 3, 9, tzinfo=UTC))
    assert services.send_digests() == 0

    clock.move_to(silence.ends_at)
    services.release()
    clock.move_to(datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert services.send_digests() == 1
    assert "1 opened" in Notification.objects.get().subject


def test_a_channel_gets_an_alert_in_the_digest_of_its_first_route_only(clock):
    second = Route.objects.create(name="second", position=200, digested_until=MONDAY)
    second.channels.set(Channel.objects.all())
    say(mild("a"))
    clock.move_to(datetime(2026, 3, 3, 9, tzinfo=UTC))

    assert services.send_digests() == 1


def test_without_a_digest_info_is_told_at_once(clock):
    services.update_route(Route.objects.get(), by=None, digest="")
    say(mild("a"))

    assert reasons_told() == ["opened"]


def test_the_page_of_an_alert_says_that_it_comes_in_a_digest(clock, client_as):
    alert = say(mild("a"))

    assert "in a digest" in client_as("viewer").get(alert.get_absolute_url()).content.decode()
