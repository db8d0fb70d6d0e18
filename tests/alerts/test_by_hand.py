"""What people see before any rule does: they report it, and it lives like every other alert."""

import pytest

from alerts.models import Alert
from tests.alerts.helpers import breach, kinds_of_events, reasons_told, say

pytestmark = pytest.mark.django_db

PAGE = "/alerts/new/"
STOPPED = {"title": "The feed of prices has stopped", "severity": "critical"}


def test_a_report_about_a_source_is_told_and_belongs_to_it(client_as):
    say(breach())
    operator = client_as("operator")
    assert '<option value="source:7">flights' in operator.get(PAGE).content.decode()

    answer = operator.post(PAGE, STOPPED | {"about": "source:7", "url": "status.example.com"})

    alert = Alert.objects.get(title=STOPPED["title"])
    assert answer.url == alert.get_absolute_url()
    assert (alert.subject_name, alert.subject_url, alert.severity) == (
        "flights", "/quality/sources/7/", "critical"
    )  # fmt: skip
    assert alert.evidence_url == "https://status.example.com"
    assert reasons_told() == ["opened", "opened"]


def test_the_same_title_again_is_the_same_alert(client_as):
    for _ in range(2):
        client_as("operator").post(PAGE, STOPPED)

    alert = Alert.objects.get()
    assert (alert.count, kinds_of_events(alert)) == (2, ["opened"])


def test_it_takes_a_title_a_web_address_and_the_right(client_as):
    for wrong in ({"title": ""}, {"url": "javascript:alert(1)"}, {"about": "source:99"}):
        assert client_as("operator").post(PAGE, STOPPED | wrong).status_code == 422
    assert client_as("editor").post(PAGE, STOPPED).status_code == 403
    assert not Alert.objects.exists()
