"""Not too many messages: what is told at once, what is told together, and that nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError

from alerts import services
from alerts.models import Alert, Channel, Notification, Route
from tests.alerts.helpers import FLIGHTS, breach, kinds_of_events, ok, say

pytestmark = pytest.mark.django_db

TRAINS = replace(FLIGHTS, id="8", name="trains")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday


@pytest.fixture
def clock(user):
    user("admin", email="ada@example.com")
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def sent() -> list[tuple[str, list[str]]]:
    """Reason and kinds of alerts of each message that went out, in order."""
    services.deliver_due()
    went = Notification.objects.filter(state="sent").order_by("finished_at", "pk")
    kinds = dict(Alert.objects.values_list("pk", "kind"))
    return [(m.reason, sorted(kinds[a["id"]] for a in m.payload["alerts"])) for m in went]


class TestGroups:
    def test_new_alerts_of_a_source_within_the_interval_are_told_as_one(self, clock):
        say(breach("a"))
        assert sent() == [("opened", ["a"])]
        for kind in ("b", "c"):
            clock.shift(60)
            say(breach(kind))
        assert len(sent()) == 1

        clock.shift(3 * 60)
        assert sent() == [("opened", ["a"]), ("opened", ["b", "c"])]
        assert len(mail.outbox) == 2

    def test_the_log_names_the_message_that_told_them(self, clock, client_as, api):
        say(breach("a"))
        sent()
        say(breach("b"))
        say(breach("c"))
        clock.shift(5 * 60)
        sent()

        folded, leader = Notification.objects.get(state="folded"), Notification.objects.order_by("pk")[1]
        assert folded.told_in == leader
        assert set(leader.episodes.all()) >= set(folded.episodes.all())
        assert f"In message #{leader.pk}" in client_as("viewer").get("/alerts/deliveries/").content.decode()
        assert api("viewer").get(f"/api/v1/alerts/deliveries/{folded.pk}").json()["told_in"] == leader.pk

    def test_another_source_is_another_group(self, clock):
        say(breach("a"))
        say(breach("b"), subject=TRAINS)

        assert sent() == [("opened", ["a"]), ("opened", ["b"])]

    def test_other_systems_have_nothing_to_do_with_each_other(self, clock, api):
        for key in ("backup", "network"):
            body = {"title": key, "severity": "critical", "fingerprint": key}
            api("editor").post("/api/v1/alerts/", body, format="json")

        assert len(sent()) == Alert.objects.count()

    @pytest.mark.parametrize(
        ("before", "then", "at_once"),
        [
            ([breach("a")], [breach("b")], False),
            ([breach("a")], [breach("b", severity="warning")], False),
            ([breach("a", severity="warning")], [breach("b")], True),  # worse than what they know of
            ([breach("a", severity="warning")], [breach("a")], True),  # escalated
            ([breach("a")], [ok("a")], True),  # resolved
            ([breach("a")], [breach("a")], None),  # nothing new
        ],
    )
    def test_what_waits_and_what_does_not(self, clock, before, then, at_once):
        say(*before)
        sent()
        clock.shift(60)
        say(*then)

        assert (len(sent()) == 2) is bool(at_once)
        clock.shift(10 * 60)
        assert len(sent()) == (1 if at_once is None else 2)

    def test_what_goes_at_once_takes_along_what_waits(self, clock):
        say(breach("a", severity="warning"))
        sent()
        say(breach("b", severity="warning"))
        clock.shift(1)
        say(breach("c"))

        assert sent() == [("opened", ["a"]), ("opened", ["b", "c"])]

    def test_what_is_over_before_it_was_told_is_never_told(self, clock):
        say(breach("a"))
        sent()
        say(breach("b"), breach("c"))
        say(ok("b"))
        clock.shift(5 * 60)
        assert sent() == [("opened", ["a"]), ("opened", ["c"])]

        say(breach("d"))
        say(ok("d"))
        clock.shift(5 * 60)
        assert len(sent()) == 2
        assert Notification.objects.last() is not None
        assert Notification.objects.get(state="cancelled").error == "It was over before anybody was told."

    def test_an_end_is_told_once(self, clock, user):
        alert = say(breach("a"))
        sent()
        services.resolve(alert, resolution="fixed", by=user("operator"))
        for _ in range(3):
            say(ok("a"))
            services.remind()
            services.release()
            clock.shift(3600)

        assert [reason for reason, _ in sent()] == ["opened", "resolved"]

    def test_without_an_interval_everything_goes_at_once(self, clock):
        Route.objects.update(interval_minutes=0)
        for kind in ("a", "b"):
            say(breach(kind))

        assert len(sent()) == 2


class TestStorms:
    @pytest.fixture(autouse=True)
    def _few(self, clock):
        Channel.objects.update(per_minute=3)

    def storm(self, length: int, start: int = 0) -> None:
        for number in range(start, start + length):
            severity = "critical" if number % 2 else "warning"
            about = replace(FLIGHTS, id=f"s{number}", name=f"source {number % 3}")
            say(breach("kind", severity=severity), subject=about)

    def test_more_than_a_minute_allows_become_one_summary(self):
        self.storm(11)
        services.deliver_due()

        summary = Notification.objects.get(state="sent")
        assert Notification.objects.filter(state="folded", told_in=summary).count() == 10
        assert summary.episodes.count() == 11
        assert summary.subject == "[SUMMARY] 11 messages about 11 alerts: 5 critical, 6 warning"
        assert summary.payload["summary"]["by_subject"] == [["source 0", 4], ["source 1", 4], ["source 2", 3]]
        assert "5 critical 6 warning" in mail.outbox[0].body
        assert "/alerts/" in mail.outbox[0].body
        assert summary.payload["alerts"][0]["severity"] == "critical"

    def test_a_minute_that_is_used_up_holds_the_rest_until_it_is_over(self, clock):
        for number in range(3):
            self.storm(1, start=number)
            services.deliver_due()
        self.storm(4, start=3)
        services.deliver_due()
        assert len(mail.outbox) == 3

        clock.shift(61)
        services.deliver_due()
        self.storm(1, start=7)
        services.deliver_due()
        assert [m.subject[:9] for m in mail.outbox[3:]] == [
            "[SUMMARY]",
            "[WARNING]" if 7 % 2 == 0 else "[CRITICAL",
        ]
        assert not Notification.objects.filter(state__in=["pending", "retry"]).exists()

    def test_an_end_follows_the_summary_that_told_the_beginning(self, clock):
        self.storm(5)
        services.deliver_due()
        for number in range(5):
            say(ok("kind"), subject=replace(FLIGHTS, id=f"s{number}", name="x"))
        clock.shift(61)
        services.deliver_due()

        reasons = {a["reason"] for a in Notification.objects.filter(state="sent").last().payload["alerts"]}
        newest = Notification.objects.filter(state="sent").order_by("-pk").first()
        assert {a["reason"] for a in newest.payload["alerts"]} == {"resolved"}
        assert reasons
        assert len(mail.outbox) == 2

    def test_a_test_passes_every_limit(self, user):
        self.storm(3)
        services.deliver_due()
        services.send_test(Channel.objects.get(), by=user("operator"))
        services.deliver_due()

        assert mail.outbox[-1].subject.startswith("[TEST]")

    def test_incidents_are_slowed_down_but_never_summarised(self, clock, monkeypatch):
        from alerts.channels import CHANNELS, Receipt

        events = []

        def send(_self, message, _config):
            events.extend(alert["fingerprint"] for alert in message.payload["alerts"])
            return Receipt()

        monkeypatch.setattr(type(CHANNELS["pagerduty"]), "send", send)
        Channel.objects.update(kind="pagerduty", config={})
        self.storm(7)
        for _ in range(3):
            services.deliver_due()
            clock.shift(61)

        assert len(set(events)) == len(events) == 7
        assert not Notification.objects.filter(state="folded").exists()

    def test_no_limit_is_no_limit(self):
        Channel.objects.update(per_minute=0)
        self.storm(11)
        services.deliver_due()

        assert len(mail.outbox) == 11


class TestHours:
    def night_only(self) -> Route:
        route = Route.objects.get()
        return services.update_route(
            route,
            by=None,
            days=[1, 2, 3, 4, 5],
            from_time=time(22),
            to_time=time(6),
            time_zone="Europe/Berlin",
        )

    def test_a_route_outside_its_hours_takes_nothing_and_another_does(self, clock):
        night = self.night_only()
        always = Route.objects.create(name="always", position=200)
        always.channels.set([Channel.objects.create(name="b", kind="email")])
        say(breach())
        clock.move_to(NOON.replace(hour=23))
        say(breach(), subject=TRAINS)

        told = Notification.objects.order_by("pk", "route").values_list("route", flat=True)
        assert list(told) == [always.pk, night.pk, always.pk]

    def test_when_every_route_is_outside_its_hours_it_is_held_back_and_told_later(self, clock, client_as):
        self.night_only()
        alert = say(breach())
        page = client_as("viewer").get(alert.get_absolute_url()).content.decode()
        assert "Outside the hours of its routes" in page
        services.release()
        assert (Notification.objects.count(), kinds_of_events(alert)) == (0, ["opened", "held"])

        clock.move_to(NOON.replace(hour=21))  # 22:00 in Berlin
        services.release()
        services.release()
        assert list(Notification.objects.values_list("reason", flat=True)) == ["held_back"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"days": [8]}, "days"),
            ({"days": [1, 1]}, "days"),
            ({"days": "Monday"}, "days"),
            ({"from_time": time(8)}, "to_time"),
            ({"from_time": time(8), "to_time": time(8)}, "to_time"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"interval_minutes": 1441}, "interval_minutes"),
        ],
    )
    def test_that_make_no_sense_are_refused_with_the_field(self, change, field):
        with pytest.raises(ValidationError) as refused:
            services.update_route(Route.objects.get(), by=None, **change)
        assert field in refused.value.message_dict

    def test_page_and_api_set_them(self, client_as, api):
        channel = Channel.objects.get()
        form = {
            "name": "Night", "channels": [channel.pk], "position": 1, "enabled": "on", "interval_minutes": 15,
            "days": [1, 7], "from_time": "22:00", "to_time": "06:00", "time_zone": "Europe/Berlin",
            "digest": "", "digest_up_to": "info", "digest_hour": 8,
        }  # fmt: skip
        assert client_as("operator").post("/alerts/routes/new/", form).status_code == 302
        made = Route.objects.get(name="Night")
        assert (made.hours.in_words(), made.interval_minutes) == ("Mon, Sun 22:00-06:00 (Europe/Berlin)", 15)
        assert "Mon, Sun 22:00-06:00" in client_as("viewer").get("/alerts/routes/").content.decode()
        assert 'value="22:00"' in client_as("operator").get(made.get_absolute_url()).content.decode()

        path = f"/api/v1/alerts/routes/{made.pk}"
        changed = api("operator").patch(path, {"days": [6], "interval_minutes": 0}, format="json").json()
        assert (changed["days"], changed["from_time"], changed["interval_minutes"]) == ([6], "22:00:00", 0)
        wrong = api("operator").patch(path, {"to_time": None}, format="json")
        assert (wrong.status_code, wrong.json()["errors"][0]["loc"]) == (422, ["body", "to_time"])
