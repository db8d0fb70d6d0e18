"""More patience, tried on the reports of an alert."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts import services
from alerts.models import Alert, Episode, Policy
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db

REPORTS = {"b": breach, "g": ok}
BLIPS = "bggg" * 5


def reported(states: str, kind: str = "quality.score") -> Alert:
    """An hour between two reports."""
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False) as clock:
        for state in states:
            say(REPORTS[state](kind))
            clock.shift(timedelta(hours=1))
    return Alert.objects.get(kind=kind)


def proposed(alert: Alert) -> tuple[int, int | None, int, int] | None:
    found = services.proposals([alert]).get(alert.pk)
    return found and (found.open_after, found.open_within, found.opened_now, found.opened_then)


@pytest.mark.parametrize(
    ("states", "proposal"),
    [
        (BLIPS, (2, 3, 5, 0)),
        ("bgbggg" * 3, (2, None, 4, 0)),
        ("bbggg" * 4, (3, 5, 4, 0)),
        ("bbbbbggg" * 3, None),
        ("bggg", None),
        ("bbbbbggg" + BLIPS, (2, 3, 6, 1)),
    ],
)
def test_the_least_patience_that_spares_what_can_be_spared_is_proposed(states, proposal):
    assert proposed(reported(states)) == proposal


def test_a_replay_opens_as_often_as_the_alert_did():
    alert = reported("bgbbgggbggbgbgbgbgggggb")

    periods = services.replay(alert, Policy(open_after=1, resolve_after=1))

    assert [(p.opened_at, p.ended_at) for p in periods] == list(
        Episode.objects.order_by("opened_at").values_list("opened_at", "resolved_at")
    )


def test_the_delay_is_that_of_the_openings_that_remain():
    found = services.proposals([reported("bbbbbggg" + BLIPS)]).popitem()[1]

    assert (found.spared, found.delay_seconds) == (5, 3600)


def test_what_somebody_acted_on_would_still_have_opened(user):
    alert = reported(BLIPS)
    acted = Episode.objects.order_by("pk")[0]
    Episode.objects.filter(pk=acted.pk).update(acknowledged_at=acted.opened_at)

    assert proposed(alert) is None


def test_a_click_makes_a_policy_that_keeps_severity_and_runbook(client_as, user):
    book = "https://wiki.example.com/x"
    services.create_policy(name="old", position=5, severity="info", runbook_url=book, by=user("operator"))
    alert = reported(BLIPS)
    Episode.objects.update(opened_at=datetime.now(tz=UTC))
    operator = client_as("operator")

    page = operator.get("/alerts/analytics/").content.decode()
    operator.post(f"/alerts/{alert.pk}/patience/")

    assert "have opened 0 times instead of 5" in page
    policy = Policy.objects.first()
    assert (policy.open_after, policy.severity, policy.runbook_url) == (2, "info", book)
    assert policy.takes(alert)
    assert proposed(alert) is None
    assert client_as("viewer").post(f"/alerts/{alert.pk}/patience/").status_code == 403


def test_scripts_read_proposals_and_adopt_one(api):
    alert = reported(BLIPS)
    Episode.objects.update(opened_at=datetime.now(tz=UTC))
    script = api("operator")

    noise = script.get("/api/v1/alerts/analytics").json()["noisiest"][0]
    made = script.post(f"/api/v1/alerts/{alert.pk}/patience")
    again = script.post(f"/api/v1/alerts/{alert.pk}/patience")

    assert noise["proposal"] == {
        "open_after": 2,
        "open_within": 3,
        "resolve_after": 1,
        "reports": 20,
        "opened_now": 5,
        "opened_then": 0,
        "spared": 5,
        "delay_seconds": None,
    }
    assert (made.status_code, made.json()["open_after"]) == (201, 2)
    assert again.status_code == 409
