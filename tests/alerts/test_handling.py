"""What people do with alerts, and when it is refused."""

import pytest
from django.utils.translation import override

from alerts import services
from alerts.models import Alert, Notification
from dataops.web.models import AuditEvent
from tests.alerts.helpers import breach, kinds_of_events, ok, reasons_told, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(user):
    return user("operator", username="ada")


def test_each_action_leaves_an_event_and_an_audit_record(ada):
    alert = say(breach())
    services.acknowledge(alert, by=ada)
    services.assign(alert, assignee=ada, by=ada)
    services.comment(alert, comment="the feed was late", by=ada)
    services.resolve(alert, resolution="fixed", by=ada)
    services.reopen(alert, by=ada)

    names = ["acknowledged", "assigned", "commented", "resolved", "reopened"]
    assert kinds_of_events(alert) == ["opened", *names]
    audited = AuditEvent.objects.filter(target_type="alert").order_by("pk")
    assert list(audited.values_list("action", flat=True)) == [f"alert.{name}" for name in names]


def test_a_message_speaks_the_language_of_its_readers_not_of_who_acted(ada):
    alert = say(breach())
    with override("de"):
        services.resolve(alert, resolution="fixed", by=ada)

    assert Notification.objects.get(reason="resolved").payload["alerts"][0]["resolution"] == "Fixed"


@pytest.mark.parametrize(
    ("before", "action", "arguments"),
    [
        (["acknowledge"], "acknowledge", {}),
        (["resolve"], "acknowledge", {}),
        (["resolve"], "resolve", {"resolution": "fixed"}),
        ([], "reopen", {}),
        (["acknowledge"], "reopen", {}),
    ],
)
def test_impossible_moves_are_refused_and_change_nothing(ada, before, action, arguments):
    alert = say(breach())
    for name in before:
        getattr(services, name)(alert, by=ada, **({"resolution": "other"} if name == "resolve" else {}))
    stored = Alert.objects.values().get()

    with pytest.raises(services.Conflict):
        getattr(services, action)(alert, by=ada, **arguments)

    assert Alert.objects.values().get() == stored


def test_an_action_on_an_older_state_is_refused(ada, user):
    seen = say(breach())
    services.assign(seen, assignee=ada, by=user("operator"))

    with pytest.raises(services.Conflict, match="changed since you looked"):
        services.resolve(seen, resolution="fixed", by=ada, version=seen.version)


def test_a_repeat_of_the_breach_is_no_change_of_state(ada):
    seen = say(breach())
    say(breach(value=0.5))

    assert services.acknowledge(seen, by=ada, version=seen.version).status == "acknowledged"


def test_only_a_known_resolution_is_taken(ada):
    with pytest.raises(ValueError):
        services.resolve(say(breach()), resolution="whatever", by=ada)


def test_the_next_breach_reopens_what_somebody_resolved(ada):
    services.resolve(say(breach()), resolution="false_positive", by=ada)

    alert = say(breach())

    assert (alert.status, alert.resolution, alert.resolved_by) == ("open", "", None)
    assert alert.episodes.last().resolution == "false_positive"


def test_a_good_report_resolves_what_somebody_reopened(ada):
    alert = services.resolve(say(breach()), resolution="fixed", by=ada)
    services.reopen(alert, by=ada)

    assert say(ok()).status == "resolved"


def test_resolving_and_reopening_are_told_to_others_and_the_rest_is_not(ada):
    alert = say(breach())
    services.acknowledge(alert, by=ada)
    services.assign(alert, assignee=ada, by=ada)
    services.comment(alert, comment="hm", by=ada)
    services.resolve(alert, resolution="fixed", by=ada, comment="new feed")
    services.reopen(alert, by=ada)

    assert reasons_told() == ["opened", "resolved", "reopened"]
    told = Notification.objects.get(reason="resolved").payload["alerts"][0]
    assert (told["actor"], told["comment"], told["resolution"]) == ("ada", "new feed", "Fixed")


def test_the_first_acknowledgement_of_an_episode_is_kept(ada, user):
    alert = say(breach(severity="warning"))
    first = services.acknowledge(alert, by=ada).acknowledged_at
    say(breach(severity="critical"))
    services.acknowledge(alert, by=user("operator"))

    episode = alert.episodes.get()
    assert (episode.acknowledged_by, episode.acknowledged_at) == (ada, first)


def test_many_are_resolved_in_one_message(ada):
    say(*(breach(f"kind{i}") for i in range(5)))
    versions = dict(Alert.objects.values_list("pk", "version"))

    result = services.resolve_many(versions | {999: 1}, resolution="expected", by=ada)

    assert (result.done, result.refused) == (5, {})
    assert [len(message.payload["alerts"]) for message in Notification.objects.order_by("pk")] == [5, 5]
