"""Inhibition: what follows from a failing upstream is shown with its cause and told only if it stays."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts import services
from alerts.models import Alert, Notification
from alerts.selectors import Causes
from alerts.services import Subject
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db

DELAYS = Subject(type="model", id="3", name="delays", upstream=(("source", "7"),))


def told() -> list[tuple[str, list[str]]]:
    rows = Notification.objects.order_by("pk")
    return [(row.reason, [alert["title"] for alert in row.payload["alerts"]]) for row in rows]


def fail_source(severity: str = "critical") -> Alert:
    return say(breach("quality.run", severity=severity, title="the file is cut off"))


def drift(**fields) -> Alert:
    return say(breach("drift.data", title="inputs drifted", **fields), subject=DELAYS)


class TestHolding:
    def test_what_follows_from_a_critical_upstream_is_open_but_not_told(self):
        cause = fail_source()
        alert = drift()

        assert alert.status == "open"
        assert told() == [("opened", ["the file is cut off"])]
        held = alert.events.get(kind="held")
        assert held.comment == "Probably caused by flights: the file is cut off"
        assert services.Quiet().hold_on(alert).cause == cause

    def test_is_told_once_the_cause_is_gone_and_it_is_still_true(self):
        fail_source()
        drift()
        say(ok("quality.run"))

        assert (services.release(), services.release()) == (1, 0)
        assert told()[-1] == ("held_back", ["inputs drifted"])

    def test_is_never_told_when_it_is_over_with_its_cause(self):
        fail_source()
        drift()
        say(ok("quality.run"))
        say(ok("drift.data"), subject=DELAYS)
        services.release()

        assert [reason for reason, _ in told()] == ["opened", "resolved"]

    def test_a_cause_that_only_warns_is_named_and_holds_nothing(self):
        fail_source("warning")
        drift()

        assert told()[-1] == ("opened", ["inputs drifted"])
        causes = Notification.objects.latest("pk").payload["alerts"][0]["causes"]
        assert [cause["title"] for cause in causes] == ["flights: the file is cut off"]

    def test_a_cause_that_nobody_mends_holds_for_a_day(self):
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            fail_source()
            drift()
            clock.shift(timedelta(hours=25))
            services.release()

        assert told()[-1] == ("held_back", ["inputs drifted"])

    def test_the_product_itself_is_never_kept_quiet(self):
        fail_source()
        say(breach("system.disk"), subject=Subject("system", "product", "us", upstream=(("source", "7"),)))

        assert len(told()) == 2


class TestRoots:
    def chain(self, *names: str) -> dict[str, Alert]:
        """Subjects of which each is made from the one before; all of them fail."""
        made, above = {}, ()
        for name in names:
            subject = Subject("model", name, name, upstream=above)
            made[name] = say(breach("drift.data"), subject=subject)
            above = (("model", name),)
        return made

    def test_the_first_of_a_chain_is_the_cause_of_all(self):
        alerts = self.chain("a", "b", "c")

        assert Causes().of(alerts["c"]) == Causes().of(alerts["b"]) == [alerts["a"]]
        assert Causes().of(alerts["a"]) == []

    def test_subjects_made_from_each_other_hide_nothing(self):
        one = Subject("model", "one", "one", upstream=(("model", "two"),))
        two = Subject("model", "two", "two", upstream=(("model", "one"),))
        alerts = [say(breach("drift.data"), subject=subject) for subject in (one, two)]

        assert [Causes().of(alert) for alert in alerts] == [[], []]

    def test_many_alerts_of_one_subject_cost_one_question(self, django_assert_num_queries):
        fail_source()
        say(*(breach(f"drift.{number}") for number in range(5)), subject=DELAYS)
        alerts, causes = list(Alert.objects.filter(subject_type="model")), Causes()

        with django_assert_num_queries(1):
            assert {len(causes.of(alert)) for alert in alerts} == {1}


class TestDoors:
    def test_the_page_names_the_cause_and_the_page_of_the_cause_what_follows(self, client_as):
        cause, alert = fail_source(), drift()
        client = client_as("viewer")

        page = client.get(alert.get_absolute_url())
        assert page.context["causes"] == [cause]
        assert "Nobody is told while its cause is open" in page.content.decode()
        assert list(client.get(cause.get_absolute_url()).context["related"]) == [alert]

    def test_other_alerts_of_the_same_report_are_one_section(self, client_as):
        say(breach("quality.rows"), breach("quality.score"))
        first, second = Alert.objects.order_by("pk")

        assert list(client_as("viewer").get(first.get_absolute_url()).context["related"]) == [second]

    def test_the_api_names_the_cause(self, api):
        cause, alert = fail_source("warning"), drift()

        found = api("viewer").get(f"/api/v1/alerts/{alert.pk}").json()["probable_causes"]
        assert [(each["id"], each["subject"]["name"]) for each in found] == [(cause.pk, "flights")]


class TestSections:
    """The list shows together what has one cause, or what one run found."""

    @pytest.fixture
    def shown(self, client_as):
        def shown(query: str = "") -> list[tuple[str, list[str]]]:
            page = client_as("viewer").get(f"/alerts/{query}")
            return [
                (str(section.cause or ""), [alert.kind for alert in section.alerts])
                for section in page.context["sections"]
            ]

        return shown

    def test_a_cause_leads_what_follows_from_it_and_a_run_what_it_found(self, shown):
        drift(severity="critical")
        say(breach("quality.rows", severity="info"), breach("quality.run", severity="warning"))
        fares = Subject("source", "8", "fares")
        say(breach("quality.nulls"), breach("quality.score"), subject=fares)
        say(breach("system.disk", severity="info"), subject=Subject("system", "product", "us"))

        cause = "flights: score 0.71 is under 0.80"
        assert sorted(shown()) == [
            ("", ["quality.score", "quality.nulls"]),
            ("", ["system.disk"]),
            (cause, ["quality.run", "quality.rows", "drift.data"]),
        ]

    def test_a_cause_that_the_filters_leave_out_is_still_named(self, shown):
        fail_source()
        drift()

        assert shown("?kind=drift.data") == [("flights: the file is cut off", ["drift.data"])]
        assert shown("?cause=source:7") == [("flights: the file is cut off", ["quality.run", "drift.data"])]
        assert shown("?cause=source:8") == []

    def test_what_a_link_narrowed_is_told_and_taken_back(self, client_as):
        fail_source()

        groups = client_as("viewer").get("/alerts/?cause=source:7&severity=critical").context["groups"]

        (only,) = next(group.chips for group in groups if group.name == "Only")
        assert (only.label, only.count, only.url) == ("follows from source:7", 1, "?severity=critical")

    def test_what_is_over_follows_from_nothing(self, shown):
        drift()
        say(ok("drift.data"), subject=DELAYS)
        fail_source()

        assert sorted(shown("?status=all")) == [("", ["drift.data"]), ("", ["quality.run"])]

    @pytest.mark.parametrize("model_count", [1, 6])
    def test_a_level_costs_one_question_however_many_follow(
        self, client_as, model_count, django_assert_max_num_queries
    ):
        client = client_as("operator")
        fail_source()
        for number in range(model_count):
            upstream = (("source", "7"), ("source", str(100 + number)))
            say(breach("drift.data"), subject=Subject("model", str(number), "delays", upstream=upstream))

        with django_assert_max_num_queries(11):
            client.get("/alerts/")

    def test_one_tick_takes_the_whole_section(self, client_as):
        fail_source()
        drift()
        client = client_as("operator")
        (section,) = client.get("/alerts/").context["sections"]

        client.post("/alerts/bulk/", {"action": "acknowledge", "resolution": "fixed", "alert": section.ticks})

        assert set(Alert.objects.values_list("status", flat=True)) == {"acknowledged"}
