"""Findings in, alerts out: what a report does to alerts that exist, and to those that do not."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alerts import services
from alerts.models import Alert, AlertEvent, Episode, Notification
from alerts.selectors import counts_by_severity, open_alerts
from alerts.services import intake
from tests.alerts.helpers import FLIGHTS, breach, no_data, ok, say

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("finding", [ok(), no_data()])
def test_what_was_never_wrong_makes_no_alert(finding):
    assert say(finding) is None


def test_one_row_per_fingerprint_for_ever():
    for finding in (breach(), ok(), breach(value=0.5), ok(), breach(severity="info")):
        say(finding)

    alert = Alert.objects.get()
    assert alert.count == 3
    assert alert.episodes.count() == 3


@pytest.mark.parametrize("other", [{"column": "age"}, {"kind": "quality.rows"}, {"method": "psi"}])
def test_another_place_or_rule_is_another_alert(other):
    say(breach(), breach(**other))

    assert Alert.objects.count() == 2


def test_value_wording_and_severity_are_not_part_of_the_identity():
    say(breach(value=0.7, severity="warning", title="a"))
    say(breach(value=0.1, severity="critical", title="b"))

    assert Alert.objects.get().identity == {
        "v": 1,
        "subject": ["source", "7"],
        "kind": "quality.score",
        "column": "",
        "method": "",
    }


def test_an_older_report_changes_no_state_but_is_kept_in_the_history():
    say(breach(), sequence=10)
    say(ok(), sequence=12)

    alert = say(breach(value=0.5), sequence=11)

    assert alert.status == "resolved"
    assert [(p["sequence"], p["value"]) for p in alert.history] == [(10, 0.71), (11, 0.5), (12, 0.93)]


def test_a_late_breach_opens_nothing_when_a_newer_report_was_fine():
    say(ok(), sequence=12)

    assert say(breach(), sequence=11) is None


def test_a_late_report_of_another_kind_of_rule_counts():
    say(ok("quality.score"), sequence=12)

    assert say(breach("quality.rows"), sequence=11).status == "open"


def test_the_same_report_again_changes_nothing():
    say(breach(), sequence=10)
    before = Alert.objects.values().get()

    say(breach(), sequence=10)

    assert Alert.objects.values().get() == before
    assert Notification.objects.count() == 1


def test_a_repeat_keeps_an_acknowledgement_and_an_escalation_clears_it(user):
    alert = say(breach(severity="warning"))
    services.acknowledge(alert, by=user("operator"))

    assert say(breach(severity="warning")).status == "acknowledged"
    escalated = say(breach(severity="critical"))
    assert (escalated.status, escalated.acknowledged_by) == ("open", None)


def test_of_two_findings_about_the_same_thing_the_worse_counts():
    assert say(breach(severity="critical"), ok(), breach(severity="warning")).severity == "critical"


def test_a_reopened_alert_starts_a_new_episode_with_its_own_severity_and_count():
    say(breach(severity="critical"))
    say(breach(severity="critical"))
    say(ok())
    alert = say(breach(severity="warning"))

    assert alert.severity == "warning"
    assert list(alert.episodes.values_list("count", "severity")) == [(1, "warning"), (2, "critical")]


def test_the_database_refuses_a_second_open_episode():
    alert = say(breach())

    with pytest.raises(IntegrityError):
        Episode.objects.create(alert=alert, opened_at=alert.opened_at, severity="info")


def test_numbers_that_json_cannot_hold_and_nul_characters_are_left_out():
    alert = say(breach(value=float("nan"), title="bad\0 title\r\nBcc: x", message="a\0b"))

    assert (alert.value, alert.title, alert.message) == (None, "bad title Bcc: x", "ab")


def test_only_the_newest_values_are_kept(monkeypatch):
    monkeypatch.setattr(intake, "HISTORY_LENGTH", 3)
    for sequence in range(1, 6):
        alert = say(breach(value=sequence / 100), sequence=sequence)

    assert [point["value"] for point in alert.history] == [0.03, 0.04, 0.05]


def test_a_report_is_undone_with_its_caller():
    def run_that_cannot_be_stored():
        with transaction.atomic():
            say(breach())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run_that_cannot_be_stored()

    assert (Alert.objects.count(), Notification.objects.count(), AlertEvent.objects.count()) == (0, 0, 0)


def queries_of(*findings, subject=FLIGHTS) -> int:
    with CaptureQueriesContext(connection) as captured:
        say(*findings, subject=subject)
    return len(captured)


def test_a_report_costs_the_same_whatever_its_length():
    few, many = replace(FLIGHTS, id="few"), replace(FLIGHTS, id="many")

    def costs(make) -> list[int]:
        return [
            queries_of(*(make(column=f"column {i}") for i in range(length)), subject=subject)
            for subject, length in ((few, 2), (many, 20))
        ]

    opening, repeating, closing, reopening = costs(breach), costs(breach), costs(ok), costs(breach)

    assert opening[0] == opening[1] <= 23
    assert repeating[0] == repeating[1] <= 11
    assert closing[0] == closing[1] <= 23
    assert reopening[0] == reopening[1] <= 23


def test_a_report_without_news_is_cheap():
    assert queries_of(*(ok(column=f"column {i}") for i in range(50))) <= 7


def test_open_alerts_are_worst_first(django_assert_num_queries):
    say(breach("a", severity="info"), breach("b", severity="critical"), breach("c", severity="warning"))
    say(breach("d"))
    say(ok("d"))

    assert [alert.kind for alert in open_alerts("source", 7)] == ["b", "c", "a"]
    assert list(open_alerts("source", 8)) == list(open_alerts("model")) == []
    with django_assert_num_queries(1):
        assert counts_by_severity() == {"info": 1, "warning": 1, "critical": 1}


def test_a_resolved_alert_still_says_what_was_wrong_and_shows_the_good_value():
    say(breach(value=0.71, message="3 columns lost points"))
    alert = say(ok(value=0.93))

    assert (alert.title, alert.message) == ("score 0.71 is under 0.80", "3 columns lost points")
    assert (alert.value, alert.severity) == (0.93, "critical")


def test_subject_names_follow_the_newest_report():
    say(breach())
    renamed = replace(FLIGHTS, name="flights of 2013")

    assert say(breach(), subject=renamed).subject_name == "flights of 2013"
