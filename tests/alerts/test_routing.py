"""Who is told: routes, channels, and one message for what belongs together."""

import pytest

from alerts import services
from alerts.models import Alert, Channel, Notification, Policy, Route
from alerts.services import payload
from alerts.services.defaults import DEFAULT_CHANNEL
from dataops.web.models import AuditEvent
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def channels() -> dict[str, Channel]:
    """Two channels and no route."""
    Route.objects.all().delete()
    return {name: Channel.objects.create(name=name, kind="email") for name in ("a", "b")}


def route(name: str, *to: Channel, position: int = 100, enabled: bool = True, **match) -> Route:
    made = Route.objects.create(name=name, position=position, match=match, enabled=enabled)
    made.channels.set(to)
    return made


def told() -> list[tuple]:
    rows = Notification.objects.order_by("pk").values_list("route__name", "channel__name", "reason")
    return list(rows)


@pytest.mark.parametrize(
    ("match", "takes"),
    [
        ({}, True),
        ({"severity_at_least": "warning"}, True),
        ({"severity_at_least": "critical"}, False),
        ({"subject_type": "source"}, True),
        ({"subject_type": "model"}, False),
        ({"kind": "quality"}, True),
        ({"kind": "quality.score"}, True),
        ({"kind": "qual"}, False),
        ({"kind": "quality", "severity_at_least": "critical"}, False),
    ],
)
def test_conditions(match, takes):
    alert = Alert(subject_type="source", kind="quality.score", severity="warning")

    assert Route(match=match).takes(alert) is takes


def test_one_message_per_route_and_channel_about_everything_a_report_changed(channels):
    route("all", *channels.values())
    say(*(breach(f"kind{i}") for i in range(3)))

    assert told() == [("all", "a", "opened"), ("all", "b", "opened")]
    assert [len(message.payload["alerts"]) for message in Notification.objects.all()] == [3, 3]


def test_a_channel_hears_of_an_alert_through_the_first_route_only(channels):
    route("second", *channels.values(), position=2)
    route("first", channels["a"], position=1, severity_at_least="critical")
    say(breach(severity="critical"))

    assert sorted(told()) == [("first", "a", "opened"), ("second", "b", "opened")]


def test_what_is_switched_off_gets_nothing(channels):
    Channel.objects.filter(name="b").update(enabled=False)
    route("off", channels["a"], enabled=False)
    route("on", channels["b"])
    say(breach())

    assert told() == []


def test_a_channel_that_did_not_hear_the_beginning_does_not_hear_the_end(channels):
    route("critical only", channels["a"], severity_at_least="critical")
    route("all", channels["b"])
    say(breach(severity="warning"))
    say(ok())

    assert told() == [("all", "b", "opened"), ("all", "b", "resolved")]


def test_the_end_is_told_although_the_route_has_changed(channels):
    changed = route("all", channels["a"])
    say(breach())
    Route.objects.filter(pk=changed.pk).update(match={"subject_type": "model"})
    say(ok())

    assert [reason for _, _, reason in told()] == ["opened", "resolved"]


def test_an_escalation_reaches_channels_for_the_higher_severity(channels):
    route("critical only", channels["a"], severity_at_least="critical")
    say(breach(severity="warning"))
    say(breach(severity="critical"))
    say(ok())

    assert told() == [("critical only", "a", "escalated"), ("critical only", "a", "resolved")]


def test_a_beginning_that_was_given_up_needs_no_end(channels):
    route("all", channels["a"])
    say(breach())
    Notification.objects.update(state="dead")
    say(ok())

    assert [reason for _, _, reason in told()] == ["opened"]


def test_news_come_before_good_news_and_the_worst_first(channels):
    route("all", channels["a"])
    say(breach("a"), breach("b", severity="info"))
    say(ok("a"), breach("b", severity="warning"), breach("c", severity="critical"))

    content = Notification.objects.order_by("pk").last().payload
    assert content["reason"] == "opened"
    assert [(alert["reason"], alert["severity"]) for alert in content["alerts"]] == [
        ("opened", "critical"),
        ("escalated", "warning"),
        ("resolved", "critical"),
    ]


def test_a_storm_is_cut_to_fifty_and_says_so(channels):
    route("all", channels["a"])
    say(*(breach(column=f"column {i}") for i in range(60)))

    content = Notification.objects.get().payload
    assert (len(content["alerts"]), content["truncated"]) == (50, 10)
    assert payload.subject_line(content).endswith("(+59 more)")
    assert Notification.objects.get().episodes.count() == 60


@pytest.mark.parametrize(
    ("reports", "subject"),
    [
        ([breach()], "[CRITICAL] flights: score 0.71 is under 0.80"),
        ([breach(title="flights has duplicates")], "[CRITICAL] flights has duplicates"),
        ([breach(title="a\r\nBcc: b\u202e@c")], "[CRITICAL] flights: a Bcc: b @c"),
        ([breach(title="x" * 400)], f"[CRITICAL] flights: {'x' * 179}…"),
        ([breach(severity="info"), breach()], "[CRITICAL] flights: score 0.71 is under 0.80 (was info)"),
        ([breach(), ok()], "[RESOLVED] flights: score 0.71 is under 0.80"),
        ([breach(), ok(), breach()], "[CRITICAL] flights: score 0.71 is under 0.80 (again)"),
    ],
)
def test_subject_lines(reports, subject):
    for finding in reports:
        say(finding)

    found = Notification.objects.order_by("pk").last().subject
    assert found == subject
    assert len(found) <= 200


def test_a_fresh_install_tells_administrators_and_never_makes_the_defaults_twice():
    Route.objects.all().delete()
    Channel.objects.update(name="renamed")
    services.ensure_defaults()

    assert (Channel.objects.count(), Route.objects.count()) == (1, 0)

    Channel.objects.all().delete()
    services.ensure_defaults()
    assert not Channel.objects.exists()

    for rows in (AuditEvent.objects, Policy.objects):
        rows.all().delete()
    services.ensure_defaults()
    assert Route.objects.get().channels.get().name == DEFAULT_CHANNEL
    assert Route.objects.get().match == {}
