"""Drift checks over the API: what is asked, when it is answered, and the report outsiders read."""

import json
from types import SimpleNamespace

import pytest

from models_registry import services
from models_registry.models import DriftRun
from models_registry.services import waiting

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
