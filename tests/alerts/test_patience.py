"""Policies and flapping: how many reports it takes."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from alerts import services
from alerts.models import Alert, Notification, Policy
from tests.alerts.helpers import FLIGHTS, breach, ok, say

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("reason", flat=True))


@pytest.fixture
def policy(user):
    def make(**fields) -> Policy:
        return services.create_policy(name=f"policy {Policy.objects.count()}", by=user("operator"), **fields)

    return make


REPORTS = {"b": breach, "g": ok}


@pytest.mark.parametrize(
    ("open_after", "resolve_after", "reports", "status", "messages"),
    [
        (1, 1, "b", "open", ["opened"]),
        (2, 1, "b", "pending", []),
        (2, 1, "bb", "open", ["opened"]),
        (2, 1, "bg", "resolved", []),
        (2, 1, "bgb", "pending", []),
        (2, 1, "bgbb", "open", ["opened"]),
        (2, 1, "bbgb", "pending", ["opened", "resolved"]),
        (2, 1, "bbgbb", "open", ["opened", "resolved", "reopened"]),
        (1, 2, "bg", "open", ["opened"]),
        (1, 2, "bgg", "resolved", ["opened", "resolved"]),
        (1, 2, "bgbg", "open", ["opened"]),
        (3, 1, "bbb", "open", ["opened"]),
    ],
)
def test_reports_in_a_row_decide(policy, open_after, resolve_after, reports, status, messages):
    policy(open_after=open_after, resolve_after=resolve_after)
    for report in reports:
        say(REPORTS[report]())

    assert Alert.objects.get().status == status
    assert told() == messages


@pytest.mark.parametrize(
    ("reports", "status", "messages"),
    [
        ("bg", "resolved", []),
        ("bgb", "open", ["opened"]),
        ("bggb", "pending", []),
        ("bggbb", "open", ["opened"]),
        ("bgbgb", "open", ["opened", "resolved", "reopened"]),
        ("bgbgggb", "pending", ["opened", "resolved"]),
    ],
)
def test_two_bad_reports_among_three_decide(policy, reports, status, messages):
    policy(open_after=2, open_within=3)
    for report in reports:
        say(REPORTS[report]())

    assert Alert.objects.get().status == status
    assert told() == messages


@pytest.mark.parametrize(
    ("margin", "headroom", "status"),
    [
        (0.1, 0.09, "open"),
        (0.1, 0.1, "resolved"),
        (0.5, 0.4, "open"),
        (0, 0, "resolved"),
        (0.1, None, "resolved"),
    ],
)
def test_what_is_over_is_clearly_inside_its_limit(policy, margin, headroom, status):
    policy(recover_margin=margin)
    say(breach())

    assert say(replace(ok(), headroom=headroom)).status == status


def test_the_installed_policies_tell_at_once_what_is_critical_and_what_somebody_waits_for():
    for kind, severity, trigger in [
        ("a", "warning", "upload"),
        ("b", "warning", "schedule"),
        ("c", "critical", "schedule"),
    ]:
        say(breach(kind, severity=severity), trigger=trigger)

    assert dict(Alert.objects.values_list("kind", "status")) == {"a": "open", "b": "pending", "c": "open"}
    say(breach("b", severity="critical"), trigger="schedule")
    assert Alert.objects.get(kind="b").status == "open"


def test_what_is_not_looked_at_again_because_nothing_is_new_is_bad_again(policy):
    policy(open_after=2, open_within=3)
    say(breach("quality.score"), ok("quality.run"))
    say(*services.waiting_findings(FLIGHTS), ok("quality.run"))

    assert Alert.objects.get().status == "open"
    assert services.waiting_findings(FLIGHTS) == []


def test_what_waits_is_not_among_the_active(policy, client_as):
    policy(open_after=2)
    say(breach(title="half empty"))

    assert "half empty" not in client_as("viewer").get("/alerts/").content.decode()
    assert "half empty" in client_as("viewer").get("/alerts/?status=pending").content.decode()


def test_people_cannot_handle_what_has_not_opened(policy, user):
    policy(open_after=2)
    alert = say(breach())

    for act in (services.acknowledge, services.reopen):
        with pytest.raises(services.Conflict):
            act(alert, by=user("operator"))
    with pytest.raises(services.Conflict):
        services.resolve(alert, resolution="fixed", by=user("operator"))


def test_the_first_policy_that_takes_an_alert_counts(policy):
    policy(open_after=5, position=2)
    policy(open_after=1, position=1, match={"kind": "quality"}, severity="info")
    alert = say(breach(severity="critical"))

    assert (alert.status, alert.severity) == ("open", "info")


def test_what_comes_and_goes_is_told_once_and_then_has_to_stay_away(api, client_as):
    for report in "bgbg" + "bgbgbg":
        say(REPORTS[report]())
    assert told() == ["opened", "resolved", "reopened", "resolved", "reopened", "flapping"]
    alert = Alert.objects.get()
    assert alert.status == "open"
    assert api("viewer").get(f"/api/v1/alerts/{alert.pk}").json()["is_flapping"] is True
    assert "It comes and goes." in client_as("viewer").get(alert.get_absolute_url()).content.decode()

    say(ok())
    assert Alert.objects.get().status == "open"
    say(ok())
    assert Alert.objects.get().status == "resolved"
    assert told()[-1] == "resolved"


def test_one_bad_report_among_many_good_ones_is_not_coming_and_going():
    for report in ("b" + "g" * 12) * 5:
        say(REPORTS[report]())

    assert "flapping" not in told()
    assert told() == ["opened", "resolved", *["reopened", "resolved"] * 4]


def test_good_reports_after_the_end_are_written_only_until_they_say_nothing_new():
    for report in "b" + "g" * 15:
        say(REPORTS[report]())

    assert [point["state"] for point in Alert.objects.get().history] == ["breach", *["ok"] * 10]


def test_a_removed_subject_takes_along_what_waited(policy):
    policy(open_after=2)
    say(breach())
    services.close_subject(subject_type="source", subject_id="7", by=None)

    assert Alert.objects.get().status == "resolved"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"open_after": 0}, "open_after"),
        ({"resolve_after": 21}, "resolve_after"),
        ({"open_after": 3, "open_within": 2}, "open_within"),
        ({"open_within": 11}, "open_within"),
        ({"match": {"x": "y"}}, "match"),
        ({"severity": "awful"}, "severity"),
        ({"recover_margin": 0.95}, "recover_margin"),
        ({"match": {"trigger": "moon"}}, "match"),
    ],
)
def test_nonsense_is_refused_with_the_field(policy, fields, field):
    with pytest.raises(ValidationError) as refused:
        policy(**fields)
    assert field in refused.value.message_dict


class TestDoors:
    def test_api(self, api):
        body = {"name": "Drift", "match": {"kind": "drift"}, "open_after": 2, "open_within": 3}
        made = api("operator").post("/api/v1/alerts/policies", body, format="json")
        path = f"/api/v1/alerts/policies/{made.json()['id']}"

        assert made.status_code == 201
        assert api("operator").patch(path, {"resolve_after": 3}, format="json").json()["resolve_after"] == 3
        assert api("operator").patch(path, {"open_after": 4}, format="json").status_code == 422
        assert api("viewer").get("/api/v1/alerts/policies").json()["results"][0]["open_within"] == 3
        assert api("viewer").post("/api/v1/alerts/policies", body, format="json").status_code == 403
        assert api("operator").delete(path).status_code == 204

    def test_page(self, client_as):
        form = {"name": "Drift", "open_after": "2", "resolve_after": "1", "position": "100", "kind": "drift"}
        never = client_as("operator").post("/alerts/policies/new/", form | {"open_within": "1"})
        assert (never.status_code, "never 2 bad" in never.content.decode()) == (422, True)
        form |= {"open_within": "3", "recover_margin": "25", "reason": "Tides come twice a day."}
        assert client_as("operator").post("/alerts/policies/new/", form).status_code == 302
        made = Policy.objects.get(name="Drift")
        assert (made.match, made.open_after) == ({"kind": "drift"}, 2)
        page = client_as("viewer").get("/alerts/policies/").content.decode()
        assert all(
            said in page for said in ("2 bad among 3", "1 good, 25% inside", "Tides come twice a day.")
        )
        client_as("operator").post(f"/alerts/policies/{made.pk}/delete/")
        assert not Policy.objects.filter(pk=made.pk).exists()


class TestRunbook:
    BOOK = "https://wiki.example.com/missing-values"

    def test_is_shown_with_the_alerts_of_its_policy_and_told_in_their_messages(self, policy, client_as):
        policy(match={"kind": "quality"}, runbook_url=self.BOOK)
        alert, other = say(breach("quality.score")), say(breach("drift.share"))

        page = client_as("viewer").get(alert.get_absolute_url()).content.decode()
        told = Notification.objects.order_by("pk").first().payload["alerts"][0]

        assert f'href="{self.BOOK}"' in page
        assert told["runbook"] == self.BOOK
        assert self.BOOK not in client_as("viewer").get(other.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.com/", "not an address"])
    def test_is_a_web_address(self, policy, client_as, address):
        with pytest.raises(ValidationError):
            policy(runbook_url=address)
        form = {"name": "x", "position": 1, "open_after": 1, "resolve_after": 1, "runbook_url": address}

        assert client_as("operator").post("/alerts/policies/new/", form).status_code == 422
        assert not Policy.objects.filter(name="x").exists()
