"""What is over goes after its days; what is open, or still on its way, never does."""

from datetime import timedelta

import pytest

from alerts import services
from alerts.models import Alert, AlertEvent, Episode, Notice, Notification
from dataops.web.models import AuditEvent
from tests.alerts.helpers import breach, kinds_of_events, ok, say

pytestmark = pytest.mark.django_db

URL, PAGE = "/api/v1/alerts/retention", "/alerts/retention/"


def age(days: int) -> None:
    """Everything there is happened so many days earlier."""
    back = timedelta(days=days)
    for episode in Episode.objects.all():
        episode.opened_at -= back
        episode.resolved_at = episode.resolved_at and episode.resolved_at - back
        episode.save()
    for model, field in ((AlertEvent, "at"), (Notification, "created_at"), (Notice, "created_at")):
        for row in model.objects.all():
            setattr(row, field, getattr(row, field) - back)
            row.save()


def deliver() -> None:
    Notification.objects.update(state="sent")


def keep(**days: int | None) -> None:
    services.set_retention(by=None, **days)


@pytest.fixture
def told(user):
    """An old episode, its messages sent and in an inbox, and one that began since."""
    say(breach())
    say(ok())
    deliver()
    Notice.objects.create(person=user("viewer"), alert=Alert.objects.get(), key="a", title="t")
    age(100)
    say(breach())
    return Alert.objects.get()


def test_old_episodes_go_with_their_events_and_the_alert_knows_it_was_there_before(told):
    keep(history_days=99, log_days=None)

    services.remove_old()

    assert [episode.resolved_at for episode in told.episodes.all()] == [None]
    assert kinds_of_events(told) == ["reopened"]
    assert Notification.objects.count() == 3


@pytest.mark.parametrize(("days", "left"), [(99, 1), (101, 3), (None, 3)])
def test_the_log_goes_after_its_days(told, days, left):
    keep(log_days=days, history_days=None)

    services.remove_old()

    assert Notification.objects.count() == left
    assert told.episodes.count() == 2


def test_nothing_open_or_on_its_way_goes_however_old(user):
    say(breach())
    deliver()
    say(breach("quality.rows"))
    say(ok("quality.rows"))
    Notice.objects.create(
        person=user("viewer"), alert=Alert.objects.get(kind="quality.score"), key="a", title="t"
    )
    age(5_000)
    keep(history_days=7, log_days=7, inbox_days=7)

    assert services.remove_old() == 0
    assert Episode.objects.count() == 2
    say(ok())
    assert Notification.objects.filter(reason="resolved", episodes__alert__kind="quality.score").exists()


def test_a_removal_that_was_killed_goes_on_where_it_was(told, monkeypatch):
    for number in range(5):
        say(breach(f"quality.rule{number}"))
        say(ok(f"quality.rule{number}"))
    deliver()
    age(100)
    keep(history_days=99, log_days=99)
    monkeypatch.setattr("alerts.services.retention.BATCH", 2)

    assert services.remove_old() > 5
    assert services.remove_old() == 0
    assert Episode.objects.get().alert == told


def test_each_removal_is_in_the_audit_log(told):
    keep(history_days=99)
    services.remove_old()

    assert AuditEvent.objects.get(action="alerts.old_removed").changes["episodes"] == 1


class TestDoors:
    def test_scripts_see_what_would_go_before_they_set_the_days(self, api, told):
        admin = api("admin")
        tried = admin.post(f"{URL}/preview", {"history_days": 99}, format="json").json()
        counts = {removal["kind"]: removal["count"] for removal in tried["removes"]}

        assert (tried["history_days"], counts["episodes"]) == (99, 1)
        assert admin.get(URL).json()["history_days"] == 730
        assert admin.patch(URL, {"history_days": 99, "log_days": None}, format="json").status_code == 200
        assert admin.get(URL).json()["log_days"] is None
        assert api("operator").patch(URL, {"log_days": 9}, format="json").status_code == 403
        wrong = admin.patch(URL, {"inbox_days": 1}, format="json")
        assert (wrong.status_code, wrong.json()["errors"][0]["loc"]) == (422, ["body", "inbox_days"])

    def test_the_page_tries_saves_and_says_who(self, client_as, told):
        admin, days = client_as("admin"), {"history_days": "99", "log_days": "", "inbox_days": "90"}

        tried = admin.post(PAGE, days | {"try": "1"}).content.decode()
        assert "1</strong> episodes" in tried
        assert "No messages: they are kept for ever" in tried
        assert services.current_retention().history_days == 730
        assert admin.post(PAGE, days).status_code == 302
        assert services.current_retention() == services.Retention(99, None, 90)
        assert AuditEvent.objects.filter(action="setting.changed", target_name="alerts.retention").exists()
        assert admin.post(PAGE, days | {"log_days": "1"}).status_code == 422
        assert client_as("operator").post(PAGE, days).status_code == 403
        assert "Save" not in client_as("viewer").get(PAGE).content.decode()
