"""What becomes of alerts whose subject is removed."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import services
from alerts.enums import BY_PEOPLE
from alerts.models import Alert, Notification
from tests.alerts.helpers import FLIGHTS, breach, kinds_of_events, ok, reasons_told, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(user):
    return user("operator", username="ada")


def close(by, subject=FLIGHTS) -> int:
    return services.close_subject(
        subject_type=subject.type, subject_id=subject.id, by=by, comment="The source was deleted."
    )


def test_every_open_alert_of_the_subject_is_resolved_and_no_other(ada):
    say(breach("a"), breach("b"), breach("c"))
    say(ok("c"))
    services.acknowledge(Alert.objects.get(kind="b"), by=ada)
    other = say(breach(), subject=replace(FLIGHTS, id="8"))

    assert close(ada) == 2

    gone = Alert.objects.about("source", "7").order_by("kind")
    assert [a.resolution for a in gone] == ["subject_removed", "subject_removed", "recovered"]
    assert [a.episodes.get().resolution for a in gone] == [a.resolution for a in gone]
    assert {a.resolved_by for a in gone[:2]} == {ada}
    other.refresh_from_db()
    assert other.status == "open"


def test_it_is_an_event_and_those_who_were_told_hear_of_it_in_one_message(ada):
    say(breach("a"), breach("b"))

    close(ada)

    assert [kinds_of_events(alert) for alert in Alert.objects.all()] == [["opened", "resolved"]] * 2
    assert reasons_told() == ["opened", "resolved"]
    told = Notification.objects.get(reason="resolved").payload["alerts"]
    assert {(a["resolution"], a["comment"], a["actor"]) for a in told} == {
        ("Subject was removed", "The source was deleted.", "ada")
    }


def test_a_subject_without_open_alerts_tells_nobody(ada):
    say(breach())
    say(ok())

    assert close(ada) == 0
    assert reasons_told() == ["opened", "resolved"]


@pytest.mark.parametrize("is_open", [True, False])
def test_no_page_of_the_subject_is_linked_any_more(ada, client_as, api, is_open):
    for sequence in (1, 2):
        alert = say(breach(), sequence=sequence)
    if not is_open:
        say(ok(), sequence=3)

    close(ada)

    page = client_as("viewer").get(alert.get_absolute_url()).content.decode()
    assert "flights" in page
    assert "/quality/sources/7/" not in page
    assert "/quality/runs/" not in page
    assert "/quality/" not in str(api("viewer").get(f"/api/v1/alerts/{alert.pk}").json())


def test_no_person_can_say_that_a_subject_was_removed():
    assert "subject_removed" not in dict(BY_PEOPLE)


def test_the_cost_does_not_grow_with_the_alerts(ada):
    few, many = replace(FLIGHTS, id="few"), replace(FLIGHTS, id="many")
    costs = []
    for subject, length in ((few, 2), (many, 30)):
        say(*(breach(column=f"column {i}") for i in range(length)), subject=subject)
        with CaptureQueriesContext(connection) as captured:
            assert close(ada, subject) == length
        costs.append(len(captured))

    assert costs[0] == costs[1] <= 19
