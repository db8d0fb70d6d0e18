"""Prometheus Alertmanager reports in by its own webhook."""

import pytest

from alerts.models import Alert

pytestmark = pytest.mark.django_db

PATH = "/api/v1/alerts/alertmanager"


def told(status: str = "firing", fingerprint: str = "a1", **labels) -> dict:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": "db-1:9100", "job": "node", "severity": "page"}
        | labels,
        "annotations": {"summary": "Disk of db-1 is full", "description": "4 % left"},
        "startsAt": "2026-03-01T06:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
        "fingerprint": fingerprint,
    }


def send(client, *alerts, **fields):
    body = {
        "version": "4",
        "groupKey": "{}",
        "status": "firing",
        "receiver": "dataops",
        "alerts": list(alerts),
    }
    return client.post(PATH, body | fields, format="json")


def test_a_firing_alert_opens_one_here_and_a_resolved_one_ends_it(api):
    answer = send(api("operator"), told())
    alert = Alert.objects.get()
    assert answer.json() == {"alerts": [alert.pk]}
    assert (alert.title, alert.severity, alert.message) == ("Disk of db-1 is full", "critical", "4 % left")
    assert (alert.subject_type, alert.subject_name) == ("system", "node db-1:9100")

    send(api("operator"), told("resolved"))
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_repeats_are_the_same_alert(api):
    for _ in range(3):
        send(api("operator"), told())

    assert Alert.objects.get().count == 3


@pytest.mark.parametrize(
    ("label", "severity"),
    [("critical", "critical"), ("warning", "warning"), ("info", "info"), ("odd", "warning")],
)
def test_severity_comes_from_the_label(api, label, severity):
    send(api("operator"), told(severity=label))

    assert Alert.objects.get().severity == severity


def test_what_is_over_and_was_never_known_is_nothing(api):
    assert send(api("operator"), told("resolved")).json() == {"alerts": []}


@pytest.mark.parametrize("fields", [{"version": "3"}, {"alerts": "many"}, {"alerts": [{"status": "firing"}]}])
def test_other_payloads_are_refused_with_the_place(api, fields):
    answer = send(api("operator"), **fields)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_it_needs_the_right(api):
    assert send(api("viewer"), told()).status_code == 403
