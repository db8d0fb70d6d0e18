"""Drift checks over the API: what is asked, when it is answered, and the report outsiders read."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from models_registry import services
from models_registry.models import DriftRun, Prediction
from models_registry.services import waiting
from models_registry.services.earlier import judged_runs
from quality import services as quality
from quality.models import DataSource
from tests.models_registry.flights import FLIGHT

MODEL = "/api/v1/model-monitoring/models/flight-delayed"


def post(client, url, body):
    return client.post(url, json.dumps(body), content_type="application/json")


def test_a_drift_check_is_accepted_and_its_report_has_the_promised_shape(api, drain, classifier):
    services.replay_flights(model=classifier, months=[7])
    client = api()
    accepted = post(client, f"{MODEL}/drift-check", {"window": {"from": "2013-07-01T00:00:00Z"}})
    assert (accepted.status_code, accepted.json()["status"]) == (202, "queued")
    drain()

    report = client.get(accepted.headers["Location"]).json()
    assert report["status"] == "succeeded"
    assert report["drifted"] is True
    assert report.keys() >= {
        "id", "model", "version", "status", "drifted", "severity", "share_drifted", "reference", "current",
        "features", "prediction", "multivariate", "performance",
    }  # fmt: skip
    assert report["features"][0].keys() >= {
        "name", "kind", "drifted", "p_value", "p_adjusted", "effect", "statistic", "method", "threshold",
        "importance", "missing_change", "new_values",
    }  # fmt: skip
    assert report["current"]["rows"] > 2_000
    assert report["performance"].keys() == {"realised", "estimated", "judged"}
    assert report["multivariate"]["drifted"] is False
    assert 0.5 <= report["multivariate"]["auc"] <= 1
    told = report["performance"]["estimated"]
    assert told["intervals"]["roc_auc"][0] < told["roc_auc"] < told["intervals"]["roc_auc"][1]
    listed = client.get(f"{MODEL}/drift").json()
    assert listed["results"][0]["id"] == report["id"]
    assert "features" not in listed["results"][0]


def test_a_drift_check_that_is_done_in_time_is_the_answer(api, classifier, monkeypatch):
    def work(run, seconds):
        services.execute_drift_run(run.pk)
        run.refresh_from_db()
        return run

    monkeypatch.setattr(services, "wait_for", work)
    answer = post(api(), f"{MODEL}/drift-check", {"window": {"last": 10}, "wait": 5})

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "not_enough_data"


def test_while_one_request_waits_for_its_check_a_second_one_is_answered_at_once(api, classifier, monkeypatch):
    client, slept, second = api(), [], []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 1:  # the first request waits: now the second one comes
            second.append(post(client, f"{MODEL}/drift-check", {"window": {"last": 20}, "wait": 30}))
            services.execute_drift_run(DriftRun.objects.earliest("pk").pk)

    monkeypatch.setattr(waiting, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: float(len(slept))))
    first = post(client, f"{MODEL}/drift-check", {"window": {"last": 10}, "wait": 30})

    assert (second[0].status_code, second[0].json()["status"]) == (202, "queued")
    assert len(slept) == 1
    assert first.status_code == 200
    third = post(client, f"{MODEL}/drift-check", {"window": {"last": 10}, "wait": 5})
    assert (third.status_code, len(slept) > 1) == (202, True)  # the place is free again


@pytest.mark.parametrize(
    "body",
    [
        {"window": {"last": 0}},
        {"window": {"last": 5, "from": "2013-07-01T00:00:00Z"}},
        {"window": {"from": "2013-08-01T00:00:00Z", "to": "2013-07-01T00:00:00Z"}},
        {"window": {"from": "July"}},
        {"window": "July"},
        {"wait": 31},
        {"reference": "last week"},
    ],
)
def test_a_drift_check_that_cannot_be_is_a_422(api, classifier, body):
    assert post(api(), f"{MODEL}/drift-check", body).status_code == 422
    assert not DriftRun.objects.exists()


@pytest.fixture
def flown(db, user):
    """Hands in a dataset of the source "flown": flights of which some say something else."""

    def hand_in(**changed) -> DataSource:
        delays = [None, *range(-12, 188)] * 2
        rows = pd.DataFrame([FLIGHT | {"dep_delay": delay} | changed for delay in delays])
        file = SimpleUploadedFile("flown.csv", rows.to_csv(index=False).encode())
        return quality.receive_upload(file=file, source_name="flown", by=user("editor")).source

    return hand_in


def test_a_dataset_is_compared_as_if_the_model_had_been_asked_about_its_rows(
    api, client_as, drain, classifier, flown
):
    flown(dest="ZRH")
    client = api("editor")
    asked = post(client, f"{MODEL}/drift-check", {"window": {"source": "flown"}})
    drain()
    report = client.get(asked.headers["Location"]).json()

    assert (report["status"], report["outcome"], report["drifted"]) == ("succeeded", "ok", True)
    assert (report["current"]["rows"], report["current"]["asked"]["source"]) == (402, "flown")
    told = {feature["name"]: feature for feature in report["features"]}
    assert told["dest"]["new_values"] == ["ZRH"]
    assert told["dep_delay"]["missing_change"] == pytest.approx(2 / 402, abs=0.03)
    assert report["prediction"]["drifted"]
    assert not Prediction.objects.exists()
    page = client_as("viewer").get(reverse("models:model_drift", args=[classifier.name])).content.decode()
    assert "newest data of flown" in page


def test_a_report_of_a_dataset_outlives_its_source_with_the_name_it_had(
    api, client_as, drain, classifier, flown, user
):
    source, client = flown(dest="ZRH"), api("editor")
    done = post(client, f"{MODEL}/drift-check", {"window": {"source": "flown"}})
    drain()
    waiting = post(client, f"{MODEL}/drift-check", {"window": {"source": "flown"}})
    quality.delete_source(source, by=user("admin"))
    drain()

    report = client.get(done.headers["Location"]).json()
    assert (report["drifted"], report["current"]["asked"]["source"]) == (True, "flown")
    assert (
        "newest data of flown" in client_as().get(DriftRun.objects.last().get_absolute_url()).content.decode()
    )
    assert not judged_runs(classifier.champion_id).exists()  # it tells nothing of windows of the log
    error = client.get(waiting.headers["Location"]).json()["error"]
    assert error["message"] == "The data source 'flown' was deleted before its data was read."


def test_a_report_of_a_dataset_kept_to_a_team_goes_with_its_source(api, drain, classifier, flown, user):
    source = flown()
    post(api("editor"), f"{MODEL}/drift-check", {"window": {"source": "flown"}})
    drain()
    DataSource.objects.update(kept_to=Group.objects.create(name="vault"))
    quality.delete_source(source, by=user("admin"))

    assert not DriftRun.objects.exists()


def test_datasets_and_windows_of_the_log_are_not_measured_by_each_other(client_as, drain, classifier, flown):
    editor, url = client_as("editor"), reverse("models:check_drift", args=[classifier.name])
    services.set_watch(classifier, by=None, reference="rolling")
    services.predict(model=classifier, instances=[FLIGHT] * 200)
    assert editor.post(url, {}).status_code == 302
    for number in range(2):
        source = flown(hour=8 + number)
        assert editor.post(url, {"source": source.pk}).status_code == 302
        drain()
        DriftRun.objects.update(expected=True)

    log, first, second = DriftRun.objects.order_by("pk")
    assert [run.report["reference"]["window"] for run in (log, first, second)] == [
        "training", "training", "rolling",
    ]  # fmt: skip
    assert second.report["reference"]["rows"] == 402
    both = editor.post(url, {"source": source.pk, "last": 100})
    assert "Give either source, or a window of predictions" in both.content.decode()
