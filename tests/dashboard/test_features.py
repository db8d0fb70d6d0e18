"""What an administrator switches off is refused by pages and API alike, and says who switched it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.presenters.browsers import browser_name
from dataops.web import features
from dataops.web.models import ApiToken, AuditEvent
from models_registry.models import DeployRun
from quality.services import execute_run, receive_upload

pytestmark = pytest.mark.django_db
PAGE = "/settings/features/"
TOKEN = {"name": "nightly", "scope": "read", "days": 7}


@pytest.fixture
def switch_off(client_as):
    """``switch_off("script_access")``: as an administrator does on the page."""
    return lambda key: client_as("admin").post(PAGE, {"feature": f"feature.{key}", "on": "false"})


def test_a_switch_says_how_it_stands_and_who_changed_it(client_as, switch_off):
    switch_off("script_access")
    page = client_as("viewer").get(PAGE).content.decode()

    assert page.count("Never changed") == len(features.FEATURES) - 1
    assert "Last changed by admin" in page
    assert AuditEvent.objects.get(action="setting.changed").changes == {
        "feature.script_access": [True, False]
    }


def test_only_administrators_switch(client_as):
    assert (
        client_as("operator").post(PAGE, {"feature": "feature.script_access", "on": "false"}).status_code
        == 403
    )
    assert features.is_on(features.TOKENS)


def test_without_tokens_none_are_made_on_the_page_or_over_the_api(client, client_as, switch_off, user):
    switch_off("script_access")
    page = client_as("viewer").post("/settings/tokens/", TOKEN)
    credentials = {"username": user("viewer").username, "password": "correct horse battery"}
    answer = client.post("/api/v1/auth/token", credentials, content_type="application/json")

    assert (page.status_code, answer.status_code) == (422, 403)
    for said in (page.content.decode(), answer.json()["detail"]):
        assert "API tokens: switched off for this installation" in said
    assert not ApiToken.objects.exists()


def test_without_sample_models_none_is_deployed_on_the_page_or_over_the_api(client_as, api, switch_off):
    switch_off("sample_models")
    page = client_as("editor").post("/models/deploy/", {"template": "wine"})
    answer = api("editor").post("/api/v1/model-monitoring/deploy", {"template": "wine"}, format="json")

    assert "Sample models: switched off" in page.content.decode()
    assert answer.status_code == 409
    assert not DeployRun.objects.exists()


@pytest.mark.parametrize(("is_on", "looks"), [(True, 1), (False, 0)])
def test_the_first_data_proposes_rules_unless_that_is_off(is_on, looks, switch_off):
    if not is_on:
        switch_off("first_suggestions")
    run = receive_upload(
        file=SimpleUploadedFile("orders.csv", b"a,b\n1,2\n3,4\n"), source_name="orders", by=None
    ).run
    execute_run(run.pk)
    run.refresh_from_db()

    assert run.accepted
    assert run.source.suggestion_runs.count() == looks


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge 141 on Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/18.6 Mobile Safari/604.1", "Safari 18 on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/141.0.0.0 Safari/537.36", "Chrome 141 on Linux"),
        ("a browser", "a browser"),
    ],
)
def test_browsers_are_called_what_people_call_them(agent, name):
    assert browser_name(agent) == name
