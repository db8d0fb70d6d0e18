"""Actions of the administration go through the services."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dataops.web.models import AuditEvent
from models_registry import services
from models_registry.models import DriftBacktest, DriftRun, Model
from quality.models import DataSource


@pytest.fixture
def staff(client_as):
    return client_as("admin")


def act(client, page: str, action: str, *keys: int, reason: str = ""):
    url = f"/admin/models_registry/{page}/"
    asked = {"action": action, "_selected_action": keys, "reason": reason}
    return client.post(url, asked, follow=True).content.decode()


def test_a_drift_check_is_started_for_models(staff, classifier):
    assert "a drift run is queued" in act(staff, "model", "check_drift", classifier.pk)
    assert DriftRun.objects.get().version == classifier.champion


def test_a_model_without_a_champion_says_so(staff, db):
    services.deploy_model(template="flight-delayed")
    assert "has no champion yet" in act(staff, "model", "check_drift", Model.objects.get().pk)
    assert not DriftRun.objects.exists()


@pytest.mark.parametrize("alias", ["champion", "challenger", "shadow"])
def test_a_version_is_given_an_alias_with_a_reason_and_never_without(staff, deploy, alias):
    deploy()
    second = deploy()
    assert "Say why" in act(staff, "modelversion", f"make_{alias}", second.pk)
    assert not second.alias_changes.exists()

    act(staff, "modelversion", f"make_{alias}", second.pk, reason="lower error")
    assert getattr(Model.objects.get(), alias) == second
    assert second.alias_changes.get().reason == "lower error"


ADD = "/admin/models_registry/modelversion/add/"


def test_a_sample_is_deployed(staff, drain, trained_once):
    staff.post(ADD, {"template": "flight-delayed", "task": "classification", "notes": "to look at"})
    drain()
    version = Model.objects.get(name="flight-delayed").champion
    assert (version.notes, version.created_by.is_superuser) == ("to look at", True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Choose a sample or give a model file"),
        ({"template": "wine", "file": b"x"}, "Choose a sample or give a model file"),
        ({"file": b"x"}, "Say how the model is called"),
        ({"file": b"\x80\x04", "name": "pickled"}, "skops.io.dump(joblib.load("),
    ],
)
def test_what_cannot_be_deployed_says_why(staff, asked, said):
    if "file" in asked:
        asked = asked | {"file": SimpleUploadedFile("model", asked["file"])}
    answer = staff.post(ADD, asked | {"task": "classification"}, follow=True)
    assert said in unescape(answer.content.decode())
    assert not Model.objects.exists()


def test_a_drift_run_is_cancelled(staff, classifier):
    run = services.request_drift_run(version=classifier.champion)
    assert "Cancelled: 1. Over already: 0." in act(staff, "driftrun", "cancel_runs", run.pk)
    assert "Cancelled: 0. Over already: 1." in act(staff, "driftrun", "cancel_runs", run.pk)
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_description_is_changed_and_audited(staff, classifier):
    flights = DataSource.objects.create(name="flights")
    form = {
        "sources": [flights.pk],
        "policy": classifier.policy,
        "challenger_fraction": classifier.challenger_fraction,
        "description": "Late or not.",
        "owner": "",
        "tags": "[]",
        "archived_at_0": "",
        "archived_at_1": "",
    }
    answer = staff.post(f"/admin/models_registry/model/{classifier.pk}/change/", form)

    assert answer.status_code == 302
    assert Model.objects.get().description == "Late or not."
    assert list(Model.objects.get().sources.all()) == [flights]
    assert AuditEvent.objects.get(action="model.updated").changes["sources"] == "flights"


@pytest.mark.parametrize("page", ["driftrun", "prediction", "modelperformance", "aliaschange"])
def test_history_cannot_be_added_to_by_hand(staff, page):
    assert staff.get(f"/admin/models_registry/{page}/add/").status_code == 403


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ('{"method": "psi", "threshold": 0.2, "columns": {"hour": 0.5}}', ""),
        ('{"method": "magic"}', "magic"),
        ('{"columns": {"colour": 0.5}}', "has no column &#x27;colour&#x27;"),
    ],
)
def test_a_drift_policy_is_set_and_tried_on_earlier_windows(staff, classifier, policy, said):
    watch = services.set_watch(classifier, by=None, every_minutes=60)
    form = {
        "model": classifier.pk, "every_minutes": 60, "time_zone": "UTC", "reference": "training",
        "reference_windows": 28, "policy": policy,
    }  # fmt: skip
    answer = staff.post(f"/admin/models_registry/watch/{watch.pk}/change/", form)
    assert said in answer.content.decode()
    watch.refresh_from_db()
    assert watch.policy == ({} if said else json.loads(policy))

    assert "tried on earlier windows" in act(staff, "watch", "try_policy", watch.pk)
    assert DriftBacktest.objects.get().policy == watch.policy
