"""The sample data is loaded and removed by a job, on the page, over the API and by a command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from alerts.models import Alert
from dashboard import services
from dataops.web import features
from dataops.web.models import AuditEvent, SampleRun
from dataops.web.runs import RunState
from models_registry.models import DriftRun, Model, ModelVersion, Prediction
from quality.models import CheckRun, DataSource, Snapshot
from quality.services import create_source

pytestmark = pytest.mark.django_db
PAGE, API = "/settings/samples/", "/api/v1/dashboard/samples"


@pytest.fixture
def loaded() -> tuple[DataSource, Model]:
    """What stands for the samples, without their data."""
    source = create_source(name="flights", tags=["sample"], by=None)
    model = Model.objects.create(name="flight-delayed")
    ModelVersion.objects.create(model=model, number=1, parameters={"template": "flight-delayed"})
    return source, model


def test_the_samples_are_loaded_once_and_removed_whole(
    client_as, drain, settings, django_capture_on_commit_callbacks
):
    admin, own = client_as("admin"), create_source(name="orders", by=None)
    for _ in range(2):
        admin.post(f"{PAGE}load/")
        drain()

        assert SampleRun.objects.first().state == RunState.SUCCEEDED
        assert CheckRun.objects.count() == 7
        assert DriftRun.objects.filter(state=RunState.SUCCEEDED).count() == 4
    page = admin.get(PAGE).content.decode()
    predictions = Prediction.objects.filter(model__name="flight-delayed").count()
    assert "7 files with" in page
    assert f"{predictions:,}".replace(",", "\u202f") in page

    admin.post(f"{PAGE}remove/", {"confirm": "sample data"})
    with django_capture_on_commit_callbacks(execute=True):
        drain()

    assert [*DataSource.objects.all()] == [own]
    assert not any(rows.objects.exists() for rows in (Model, ModelVersion, Prediction, Snapshot, CheckRun))
    assert not Alert.objects.exclude(status="resolved").exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    done = AuditEvent.objects.filter(action__startswith="samples.").order_by("pk")
    assert [event.action for event in done] == ["samples.loaded", "samples.loaded", "samples.removed"]


def test_a_removal_is_confirmed_by_name(client_as, loaded):
    said = client_as("admin").post(f"{PAGE}remove/", {"confirm": "yes"}, follow=True)

    assert "Nothing was removed" in said.content.decode()
    assert not SampleRun.objects.exists()


def test_the_page_follows_a_job_and_offers_no_second_one(client_as, loaded):
    admin = client_as("admin")
    admin.post(f"{PAGE}load/")
    job = SampleRun.objects.get()
    admin.post(f"{PAGE}remove/", {"confirm": "sample data"})
    page = admin.get(PAGE).content.decode()
    admin.post(f"{PAGE}{job.pk}/cancel/")
    after = admin.get(PAGE).content.decode()

    assert "The sample data is being loaded" in page
    assert 'hx-trigger="every 2s"' in page
    assert f"{PAGE}remove/" not in page
    assert SampleRun.objects.get().state == RunState.CANCELLED
    assert "hx-trigger" not in after.split('id="samples"')[1].split(">")[0]


def test_over_the_api_a_removal_is_followed_to_its_end(api, loaded, drain):
    admin = api("admin")
    there = admin.get(API).json()
    accepted = admin.post(API, {"action": "remove"}, format="json")
    drain()
    run = admin.get(accepted["Location"]).json()

    assert [(one["type"], one["name"]) for one in there["things"]] == [
        ("source", "flights"),
        ("model", "flight-delayed"),
    ]
    assert (accepted.status_code, run["status"]) == (202, "succeeded")
    assert admin.get(API).json() == {"loaded": False, "things": []}


def test_without_sample_models_none_are_loaded(api, client_as):
    features.switch(features.SAMPLE_MODELS, on=False, by=None)
    page = client_as("admin").post(f"{PAGE}load/", follow=True).content.decode()

    assert "switched off" in page
    assert api("admin").post(API, {"action": "load"}, format="json").status_code == 409
    assert not SampleRun.objects.exists()


def test_a_source_of_ones_own_is_never_taken_for_the_sample(client_as, drain):
    mine = create_source(name="flights", by=None)
    client_as("admin").post(f"{PAGE}load/")
    drain()

    assert "rename it first" in SampleRun.objects.get().error
    assert not mine.runs.exists()
    assert services.samples() == []


def test_the_command_lists_what_goes_and_removes_only_when_told(loaded):
    def said(*args: str) -> str:
        call_command("sample_data", *args, stdout=(out := StringIO()))
        return out.getvalue()

    listed = said("remove")
    assert "source flights: 0 files" in listed
    assert "model flight-delayed: 1 versions" in listed
    assert len(services.samples()) == 2

    assert said("remove", "--yes") == "The sample data is gone.\n"
    assert services.samples() == []
    create_source(name="flights", by=None)
    with pytest.raises(CommandError, match="rename it first"):
        said("load")
