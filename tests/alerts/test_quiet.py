"""Snoozes, silences and maintenance windows: nobody is told, nothing is lost, and it ends."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from alerts import services
from alerts.models import Notification, Route, Silence
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("reason", flat=True))


def silence(by, *, hours: float = 2, **match) -> Silence:
    return services.create_silence(
        match=match, reason="planned work", ends_at=timezone.now() + timedelta(hours=hours), by=by
    )


def kinds(alert) -> list[str]:
    return list(alert.events.values_list("kind", flat=True))


class TestSilences:
    def test_hold_what_they_take_and_say_so_on_the_alert(self, user):
        silence(user("operator"), kind="quality")
        alert = say(breach())

        assert told() == []
        assert kinds(alert) == ["opened", "held"]
        assert alert.events.get(kind="held").comment == "Silenced: planned work"

    def test_leave_other_alerts_alone(self, user):
        silence(user("operator"), kind="drift")
        say(breach())

        assert told() == ["opened"]

    def test_what_is_still_true_at_the_end_is_told_once_in_one_message(self, user):
        by = user("operator")
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            silence(by)
            say(breach("quality.score"), breach("quality.rows"))
            services.release()
            assert told() == []
            clock.shift(timedelta(hours=3))

            assert (services.release(), services.release()) == (2, 0)

        message = Notification.objects.get()
        assert message.reason == "held_back"
        assert len(message.payload["alerts"]) == 2
        assert "held back until now" in message.subject

    def test_what_recovered_in_the_meantime_is_never_told(self, user):
        by = user("operator")
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            silence(by)
            say(breach())
            say(ok())
            clock.shift(timedelta(hours=3))
            services.release()

        assert told() == []

    def test_the_end_of_a_story_that_was_told_before_is_not_held(self, user):
        say(breach())
        silence(user("operator"))
        say(ok())

        assert told() == ["opened", "resolved"]

    def test_that_are_ended_early_let_go(self, user):
        by = user("operator")
        held = silence(by)
        say(breach())
        services.end_silence(held, by=by)
        services.release()

        assert told() == ["held_back"]
        with pytest.raises(services.Conflict):
            services.end_silence(held, by=by)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"ends_at": datetime(2020, 1, 1, tzinfo=UTC)}, "ends_at"),
            ({"ends_at": datetime(2999, 1, 1, tzinfo=UTC)}, "ends_at"),
            ({"repeat": "daily", "ends_at": datetime(2026, 3, 3, tzinfo=UTC)}, "ends_at"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"starts_at": datetime.min.replace(tzinfo=UTC)}, "starts_at"),
            ({"ends_at": datetime.max.replace(tzinfo=UTC)}, "ends_at"),
            ({"last_at": datetime.max.replace(tzinfo=UTC)}, "last_at"),
            ({"match": {"sevrity": "critical"}}, "match"),
            ({"reason": ""}, "reason"),
        ],
    )
    def test_that_make_no_sense_are_refused_with_the_field(self, user, change, field):
        start = datetime(2026, 3, 1, tzinfo=UTC)
        good = {"reason": "work", "starts_at": start, "ends_at": start + timedelta(hours=1)}

        with pytest.raises(ValidationError) as refused:
            services.create_silence(**good | change, by=user("operator"))
        assert field in refused.value.message_dict

    def test_hold_by_tag_and_owner_of_the_source(self, user):
        from dataclasses import replace

        from tests.alerts.helpers import FLIGHTS

        silence(user("operator"), tag="warehouse", owner="ada")
        mine = replace(FLIGHTS, id="8", tags=("warehouse", "nightly"), owner="ada")
        say(breach(), subject=mine)
        say(breach(), subject=replace(mine, id="9", owner="bob"))

        assert [n.payload["alerts"][0]["subject"]["id"] for n in Notification.objects.all()] == ["9"]


class TestMaintenanceWindows:
    BERLIN = ZoneInfo("Europe/Berlin")

    def window(self, repeat: str, hours: int = 2) -> Silence:
        start = datetime(2026, 3, 23, 1, tzinfo=self.BERLIN)  # a Monday, in the week before summer time
        return Silence(
            starts_at=start, ends_at=start + timedelta(hours=hours), repeat=repeat, time_zone="Europe/Berlin"
        )

    @pytest.mark.parametrize(
        ("repeat", "moment", "holds"),
        [
            ("daily", (2026, 3, 22, 1, 30), False),  # before the first
            ("daily", (2026, 3, 24, 1, 0), True),
            ("daily", (2026, 3, 24, 2, 59), True),
            ("daily", (2026, 3, 24, 3, 0), False),
            ("daily", (2026, 4, 1, 1, 30), True),  # the same local hour in summer time
            ("daily", (2026, 4, 1, 0, 30), False),
            ("weekly", (2026, 3, 24, 1, 30), False),
            ("weekly", (2026, 3, 30, 1, 30), True),
            ("weekly", (2026, 12, 28, 1, 30), True),
        ],
    )
    def test_hold_at_the_same_local_time(self, repeat, moment, holds):
        found = self.window(repeat).holds_until(datetime(*moment, tzinfo=self.BERLIN))

        assert (found is not None) is holds

    def test_that_pass_midnight_hold_on_both_sides(self):
        start = datetime(2026, 3, 1, 23, tzinfo=UTC)
        window = Silence(starts_at=start, ends_at=start + timedelta(hours=3), repeat="daily")

        assert window.holds_until(datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
        assert window.holds_until(datetime(2026, 3, 10, 1, 30, tzinfo=UTC))
        assert not window.holds_until(datetime(2026, 3, 10, 2, 30, tzinfo=UTC))

    def test_end_for_good_after_the_last_time(self):
        window = self.window("daily")
        window.last_at = datetime(2026, 3, 25, tzinfo=self.BERLIN)

        assert not window.holds_until(datetime(2026, 3, 26, 1, 30, tzinfo=self.BERLIN))


class TestSnoozes:
    def test_hold_until_they_run_out_and_then_one_message_says_so(self, user):
        by = user("operator")
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            alert = say(breach())
            services.snooze(alert, until=timezone.now() + timedelta(hours=1), by=by)
            clock.shift(timedelta(minutes=59))
            assert services.release() == 0
            clock.shift(timedelta(minutes=1))
            assert (services.release(), services.release()) == (1, 0)

        alert.refresh_from_db()
        assert told() == ["opened", "held_back"]
        assert kinds(alert) == ["opened", "snoozed", "woken"]
        assert alert.snoozed_until is None

    def test_end_at_once_when_it_gets_worse(self, user):
        alert = say(breach(severity="warning"))
        services.snooze(alert, until=timezone.now() + timedelta(hours=1), by=user("operator"))
        say(breach(severity="critical"))

        alert.refresh_from_db()
        assert told() == ["opened", "escalated"]
        assert not alert.is_snoozed

    def test_end_when_the_alert_recovers(self, user):
        alert = say(breach())
        services.snooze(alert, until=timezone.now() + timedelta(hours=1), by=user("operator"))
        say(ok())
        say(breach())

        assert told() == ["opened", "resolved", "reopened"]

    @pytest.mark.parametrize("hours", [-1, 24 * 91])
    def test_need_an_end_that_is_near(self, user, hours):
        with pytest.raises(ValidationError):
            services.snooze(say(breach()), until=timezone.now() + timedelta(hours=hours), by=user("operator"))

    def test_of_what_is_over_are_refused(self, user):
        say(breach())
        alert = say(ok())

        with pytest.raises(services.Conflict):
            services.snooze(alert, until=timezone.now() + timedelta(hours=1), by=user("operator"))


class TestReminders:
    @pytest.mark.parametrize(
        ("severity", "hours", "reminders"),
        [("critical", 3.9, 0), ("critical", 4, 1), ("warning", 23, 0), ("warning", 24, 1), ("info", 999, 0)],
    )
    def test_come_again_after_a_time_that_depends_on_the_severity(self, severity, hours, reminders):
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            Route.objects.update(digest="")
            say(breach(severity=severity))
            clock.shift(timedelta(hours=hours))
            services.remind()
            services.remind()

        assert told() == ["opened"] + ["reminder"] * reminders

    def test_go_on_until_somebody_acknowledges(self, user):
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            alert = say(breach())
            for _ in range(2):
                clock.shift(timedelta(hours=4))
                services.remind()
            services.acknowledge(alert, by=user("operator"))
            clock.shift(timedelta(hours=4))
            services.remind()

        assert told() == ["opened", "reminder", "reminder"]

    def test_are_held_by_silences_too(self, user):
        by = user("operator")
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            say(breach())
            silence(by, hours=10)
            clock.shift(timedelta(hours=5))
            services.remind()

        assert told() == ["opened"]


class TestDoors:
    def test_api_snoozes_and_wakes(self, api):
        alert = say(breach())
        path = f"/api/v1/alerts/{alert.pk}"

        snoozed = api("operator").post(f"{path}/snooze", {"minutes": 60, "comment": "later"}, format="json")
        assert snoozed.status_code == 200
        assert snoozed.json()["snoozed_until"] is not None
        woken = api("operator").post(f"{path}/unsnooze", {}, format="json")
        assert woken.json()["snoozed_until"] is None

    def test_api_snoozes_by_volume_for_90_days_at_most(self, api):
        path = f"/api/v1/alerts/{say(breach()).pk}"

        ends = {"more_reports": 3, "worse": True}
        snoozed = api("operator").post(f"{path}/snooze", ends, format="json").json()

        assert (snoozed["snoozed_to_count"], snoozed["snoozed_to_value"]) == (4, pytest.approx(0.701))
        days = datetime.fromisoformat(snoozed["snoozed_until"]) - timezone.now()
        assert days.days == 89

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"minutes": 5, "until": "2030-01-01T00:00:00Z"},
            {"minutes": 0},
            {"more_reports": 0},
            {"worse": False},
        ],
    )
    def test_api_wants_an_end_of_a_snooze(self, api, body):
        assert (
            api("operator").post(f"/api/v1/alerts/{say(breach()).pk}/snooze", body, format="json").status_code
            == 422
        )

    def test_api_sets_lists_changes_and_ends_silences(self, api):
        ends = (timezone.now() + timedelta(hours=1)).isoformat()
        made = api("operator").post(
            "/api/v1/alerts/silences",
            {"match": {"kind": "quality"}, "reason": "load", "ends_at": ends},
            format="json",
        )
        assert made.status_code == 201
        assert made.json()["active"] is True
        path = f"/api/v1/alerts/silences/{made.json()['id']}"
        assert api("operator").patch(path, {"reason": "longer load"}, format="json").status_code == 200
        assert api("viewer").get("/api/v1/alerts/silences").json()["results"][0]["reason"] == "longer load"
        assert api("operator").delete(path).status_code == 204
        assert api("viewer").get(path).json()["active"] is False

    def test_viewers_may_look_but_not_silence(self, api, client_as):
        ends = (timezone.now() + timedelta(hours=1)).isoformat()
        body = {"reason": "load", "ends_at": ends}

        assert api("viewer").post("/api/v1/alerts/silences", body, format="json").status_code == 403
        assert client_as("viewer").get("/alerts/silences/").status_code == 200
        assert client_as("viewer").get("/alerts/silences/new/").status_code == 403

    def test_page_takes_times_in_the_chosen_zone(self, client_as):
        form = {
            "reason": "nightly load",
            "time_zone": "Europe/Berlin",
            "starts_at": "2026-07-01T01:00",
            "ends_at": "2026-07-01T03:00",
            "repeat": "daily",
            "kind": "quality",
        }
        answer = client_as("operator").post("/alerts/silences/new/", form)

        made = Silence.objects.get()
        assert answer.status_code == 302
        assert made.starts_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
        assert made.match == {"kind": "quality"}

    def test_page_and_api_of_an_alert_say_who_holds_it_and_where_it_would_go(self, client_as, api, user):
        silence(user("operator", username="ops"), kind="quality")
        alert = say(breach())
        page = client_as("operator").get(alert.get_absolute_url()).content.decode()

        held = api("viewer").get(f"/api/v1/alerts/{alert.pk}").json()["held"]
        assert held["why"] == "Silenced: planned work"
        assert held["why"] in page
        assert "Nobody is told until" in page
        assert "Where it goes" in page
        assert "because of" in page

    def test_page_snoozes(self, client_as):
        alert = say(breach())
        form = {"snooze-version": alert.version, "snooze-minutes": "240"}
        client_as("operator").post(f"/alerts/{alert.pk}/snooze/", form)

        alert.refresh_from_db()
        assert alert.is_snoozed

    def test_page_snoozes_by_volume_and_says_what_ends_it(self, client_as):
        alert = say(breach(unit="fraction"))
        form = {"snooze-version": alert.version, "snooze-more_reports": "2", "snooze-worse": "on"}
        page = client_as("operator").post(f"/alerts/{alert.pk}/snooze/", form, follow=True).content.decode()

        assert "or after 2 more bad reports or when its value gets worse than 70.1 %" in page

    def test_page_wants_an_end_of_a_snooze(self, client_as):
        alert = say(breach())
        form = {"snooze-version": alert.version, "snooze-minutes": ""}
        response = client_as("operator").post(f"/alerts/{alert.pk}/snooze/", form)

        assert response.status_code == 422
        assert "say what ends it" in response.content.decode()
