"""What nobody acknowledges in time is told to more people, until somebody reacts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from alerts import services
from alerts.models import Channel, Notification, Route
from tests.alerts.helpers import breach, kinds_of_events, ok, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def boss() -> Channel:
    return Channel.objects.create(name="boss", kind="email")


@pytest.fixture
def route(boss) -> Route:
    """Tells the administrators at once, the boss after 15 minutes and again after an hour."""
    steps = [{"after_minutes": 15, "channels": [boss]}, {"after_minutes": 60, "channels": [boss]}]
    return services.update_route(Route.objects.get(), by=None, steps=steps)


def told() -> list[tuple[str, str]]:
    return list(Notification.objects.order_by("pk").values_list("channel__name", "reason"))[1:]


def calls(clock, *minutes: float) -> list[int]:
    """How many steps were taken, looking after each of these pauses."""
    taken = []
    for pause in minutes:
        clock.shift(timedelta(minutes=pause))
        taken.append(services.call_more())
    return taken


def test_each_step_is_taken_once_and_written_down(clock, route):
    alert = say(breach())

    assert calls(clock, 14, 1, 10, 35, 60) == [0, 1, 0, 1, 0]
    assert told() == [("boss", "unanswered"), ("boss", "unanswered")]
    assert kinds_of_events(alert) == ["opened", "called", "called"]
    assert "leads on to boss" in alert.events.filter(kind="called")[0].comment
    assert Notification.objects.order_by("pk").last().subject.endswith("(not acknowledged)")


def test_several_alerts_are_told_as_one(clock, route):
    say(breach("a"), breach("b"))

    assert calls(clock, 15) == [2]
    assert told() == [("boss", "unanswered")]


def test_steps_that_were_missed_are_one_message(clock, route):
    say(breach())

    assert calls(clock, 90, 1) == [2, 0]
    assert told() == [("boss", "unanswered")]


@pytest.mark.parametrize("reaction", ["acknowledge", "resolve", "snooze", "silence", "recover"])
def test_a_reaction_stops_it(clock, route, user, reaction):
    alert, by, later = say(breach()), user("operator"), timezone.now() + timedelta(hours=9)
    if reaction == "acknowledge":
        services.acknowledge(alert, by=by)
    elif reaction == "resolve":
        services.resolve(alert, resolution="fixed", by=by)
    elif reaction == "snooze":
        services.snooze(alert, until=later, by=by)
    elif reaction == "silence":
        services.create_silence(match={}, reason="work", ends_at=later, by=by)
    else:
        say(ok())

    assert calls(clock, 15, 60) == [0, 0]


def test_it_starts_again_when_the_alert_gets_worse(clock, route, user):
    alert = say(breach(severity="warning"))
    calls(clock, 15)
    services.acknowledge(alert, by=user("operator"))
    say(breach(severity="critical"))

    assert calls(clock, 14, 1) == [0, 1]


def test_who_was_called_hears_of_the_end(clock, route):
    say(breach())
    calls(clock, 15)
    say(ok())

    assert ("boss", "resolved") in told()


def test_an_alert_of_another_route_is_left_alone(clock, route):
    services.update_route(route, by=None, match={"subject_type": "model"})
    say(breach())

    assert calls(clock, 15) == [0]


@pytest.mark.parametrize(
    "minutes", [[0], [10, 10], [1, 2, 3, 4], [20_000]], ids=["at once", "twice", "too many", "too late"]
)
def test_steps_that_make_no_sense_are_refused(boss, minutes):
    with pytest.raises(ValidationError):
        services.update_route(
            Route.objects.get(), by=None, steps=[{"after_minutes": m, "channels": [boss]} for m in minutes]
        )


def test_api_sets_and_shows_steps_and_digest(api, boss):
    path = f"/api/v1/alerts/routes/{Route.objects.get().pk}"
    body = {"steps": [{"after_minutes": 30, "channels": [boss.pk]}], "digest": "hourly", "digest_hour": 6}

    assert api("operator").patch(path, body, format="json").status_code == 200
    shown = api("viewer").get(path).json()
    assert {name: shown[name] for name in body} == body
    assert api("operator").patch(path, {"digest_hour": 24}, format="json").status_code == 422
    assert api("operator").patch(path, {"steps": []}, format="json").json()["steps"] == []


def test_page_sets_and_shows_steps(client_as, boss):
    route = Route.objects.get()
    form = {
        "name": route.name, "channels": list(route.channels.values_list("pk", flat=True)), "position": 1,
        "enabled": "on", "interval_minutes": 5, "time_zone": "UTC", "digest": "daily", "digest_up_to": "info",
        "digest_hour": 7, "step_1_minutes": 30, "step_1_channels": [boss.pk],
    }  # fmt: skip
    client = client_as("operator")

    assert client.post(route.get_absolute_url(), form).status_code == 302
    assert "after 30 min also boss" in " ".join(client.get("/alerts/routes/").content.decode().split())
    assert 'value="30"' in client.get(route.get_absolute_url()).content.decode()
    half = client.post(route.get_absolute_url(), form | {"step_2_minutes": 60})
    assert (half.status_code, "A step needs minutes and channels" in half.content.decode()) == (422, True)
