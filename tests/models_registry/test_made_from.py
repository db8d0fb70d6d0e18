"""What feeds a model, and what to do when it fails, are said on its page and by scripts."""

import pytest

from alerts.models import Alert
from models_registry.models import Model
from models_registry.services import request_drift_run
from models_registry.services.drift_alerts import report_failed_run
from quality.models import DataSource

pytestmark = pytest.mark.django_db

MODEL = "/api/v1/model-monitoring/models/flight-delayed"
PAGE = "/models/flight-delayed/settings/"
ABOUT = f"{PAGE}about/"
BOOK = "https://wiki.example.com/delays"


@pytest.fixture
def flights() -> DataSource:
    return DataSource.objects.create(name="flights")


def form(**fields) -> dict:
    return {"policy": "reject", "challenger_fraction": 0} | fields


def test_on_its_page_and_what_was_archived_since_stays(classifier, flights, client_as):
    editor = client_as("editor")
    editor.post(ABOUT, form(sources=[flights.pk], runbook_url=BOOK))
    DataSource.objects.update(archived_at="2026-01-01T00:00Z")

    shown = editor.get(PAGE).context["form"]

    assert (list(Model.objects.get().sources.all()), Model.objects.get().runbook_url) == ([flights], BOOK)
    assert list(shown.fields["sources"].queryset) == [flights]
    told = client_as("viewer").get(PAGE).content.decode()
    assert (flights.get_absolute_url() in told, BOOK in told) == (True, True)
    assert client_as("viewer").post(ABOUT, form()).status_code == 403


def test_by_scripts(classifier, flights, api):
    script = api("editor")

    made = script.patch(MODEL, {"sources": ["flights"], "runbook_url": BOOK}, format="json").json()
    unknown = script.patch(MODEL, {"sources": ["fares"]}, format="json")

    assert (made["sources"], made["runbook_url"]) == (["flights"], BOOK)
    assert (unknown.status_code, Model.objects.get().sources.get()) == (422, flights)
    assert script.patch(MODEL, {"sources": []}, format="json").json()["sources"] == []


def test_who_owns_it_is_said_at_both_doors(classifier, client_as, api, user):
    owner, gone = user("operator"), user("viewer")
    gone.is_active = False
    gone.save()
    client_as("editor").post(ABOUT, form(owner=owner.pk))
    assert Model.objects.get().owner == owner
    assert client_as("editor").post(ABOUT, form(owner=gone.pk)).status_code == 422

    script = api("editor")
    assert script.patch(MODEL, {"owner": None}, format="json").json()["owner"] is None
    assert script.patch(MODEL, {"owner": gone.username}, format="json").status_code == 422
    assert script.patch(MODEL, {"owner": owner.username}, format="json").json()["owner"] == owner.username


def test_its_alerts_say_what_to_do_and_what_they_may_follow_from(classifier, flights, api):
    classifier.sources.set([flights])
    Model.objects.update(runbook_url=BOOK)
    run = request_drift_run(version=classifier.champion)
    type(run).objects.filter(pk=run.pk).update(error_code="boom", error="It broke.")

    report_failed_run(run)

    alert = Alert.objects.get()
    assert alert.upstream_subjects == [("source", str(flights.pk))]
    assert api("viewer").get(f"/api/v1/alerts/{alert.pk}").json()["runbook_url"] == BOOK
