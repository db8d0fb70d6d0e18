"""A rule says what to do when it fails; its alerts, and theirs alone, say it on."""

import pytest

from alerts import services as alerts
from alerts.models import Alert, Notification
from quality import services
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db

BOOK = "https://wiki.example.com/few-rows"
FALLBACK = "https://wiki.example.com/anything"


@pytest.fixture
def rule(uploaded):
    return uploaded(csv_bytes(50)).source.checks.get(kind="row_count")


def test_is_told_with_the_alerts_of_the_rule_before_that_of_their_policy(
    rule, uploaded, user, client_as, api
):
    services.configure_check(rule, by=None, runbook_url=BOOK)
    alerts.create_policy(name="all", runbook_url=FALLBACK, by=user("operator"))

    uploaded(csv_bytes(10, edit=lambda _, fields: [fields[0], "", *fields[2:]]))

    few, other = (
        Alert.objects.get(kind="quality.row_count"),
        Alert.objects.exclude(kind="quality.row_count")[0],
    )
    told = {alert["id"]: alert["runbook"] for alert in Notification.objects.get().payload["alerts"]}
    assert (told[few.pk], told[other.pk]) == (BOOK, FALLBACK)
    assert f'href="{BOOK}"' in client_as("viewer").get(few.get_absolute_url()).content.decode()
    assert api("viewer").get(f"/api/v1/alerts/{few.pk}").json()["runbook_url"] == BOOK


def test_is_set_on_the_page_of_the_rule_and_by_scripts(rule, client_as, api):
    path = f"/quality/sources/{rule.source_id}/rules/{rule.pk}/"
    form = client_as("editor").get(path).context["form"]
    given = {name: value for name, value in form.initial.items() if name in form.fields and value is not None}

    client_as("editor").post(path, given | {"runbook_url": BOOK})
    rule.refresh_from_db()
    by_page = rule.runbook_url
    refused = client_as("editor").post(path, given | {"runbook_url": "javascript:alert(1)"}).context["form"]

    script, url = api("editor"), f"/api/v1/data-quality/sources/{rule.source_id}/rules/{rule.pk}"
    changed = script.patch(url, {"runbook_url": FALLBACK}, format="json")
    assert (by_page, list(refused.errors)) == (BOOK, ["runbook_url"])
    assert (changed.status_code, changed.json().get("runbook_url")) == (200, FALLBACK)
    assert script.patch(url, {"runbook_url": "ftp://example.com"}, format="json").status_code == 422
