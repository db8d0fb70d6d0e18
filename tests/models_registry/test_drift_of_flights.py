"""The sample flights of 2013 against those that the model learned from: July drifts, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.models import Alert
from alerts.selectors import Causes
from alerts.services import Evidence, Subject, report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web.runs import RunState
from models_registry import services
from models_registry.models import DriftRun, Model, Prediction
from models_registry.services import drift
from quality.models import DataSource
from tests.models_registry.conftest import deployed, training_once
from tests.models_registry.drifting import check, drifted, month
from tests.support.kept import kept_rows


@pytest.fixture(scope="module")
def flown(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """What the sample model predicted of April, May and July; the folder of its files."""
    storage = tmp_path_factory.mktemp("storage")
    with kept_rows(django_db_blocker, storage), training_once():
        services.replay_flights(model=deployed("flight-delayed").model, months=[4, 5, 7])
        yield storage


@pytest.fixture
def replayed(flown, db, trained_once, settings) -> Model:
    settings.MEDIA_ROOT = flown
    return Model.objects.select_related("champion").get()


def test_july_drifts_on_how_late_flights_leave_and_on_what_is_predicted(replayed):
    run = check(replayed, window_from=month(7), window_to=month(8))

    assert (run.state, run.outcome, run.drifted) == (RunState.SUCCEEDED, "ok", True)
    assert drifted(run) == {"dep_delay"}
    assert run.report["prediction"]["drifted"]
    assert run.report["features"][0]["name"] == "dep_delay"
    assert "dep_delay" in run.verdict
    assert (
        run.rows == Prediction.objects.filter(predicted_at__gte=month(7), predicted_at__lt=month(8)).count()
    )


def test_a_held_out_spring_does_not_drift(replayed):
    run = check(replayed, window_from=month(4), window_to=month(6))

    assert (run.outcome, run.drifted, run.severity) == ("ok", False, "")
    assert drifted(run) == set()
    assert not run.report["prediction"]["drifted"]
    assert run.rows > 1_400


def test_a_drifted_feature_shows_its_evidence(replayed):
    feature = check(replayed, window_from=month(7)).report["features"][0]

    assert feature["effect"] >= feature["threshold"] > 0
    assert feature["p_adjusted"] < 0.01
    assert 0.9 < feature["importance"] <= 1
    drawn = feature["distribution"]
    assert len(drawn["edges"]) == len(drawn["reference"]) + 1 == len(drawn["current"]) + 1
    assert sum(drawn["reference"]) > 10_000


def test_realised_quality_of_the_window_stands_beside_its_drift(replayed):
    realised = check(replayed, window_from=month(7)).report["performance"]["realised"]
    assert realised["rows"] > 2_000
    assert realised["roc_auc"] > 0.8


def test_drift_opens_one_alert_each_for_inputs_predictions_and_what_really_happened(replayed):
    check(replayed, window_from=month(7))
    check(replayed, window_from=month(7))

    alerts = {alert.kind: alert for alert in Alert.objects.all()}
    assert set(alerts) == {"drift.data", "drift.prediction", "drift.target"}
    assert alerts["drift.data"].subject_name == "flight-delayed"
    assert "dep_delay: distribution moved" in alerts["drift.data"].message
    assert alerts["drift.data"].severity == "info"
    assert alerts["drift.data"].count == 2


def test_while_a_source_of_the_model_fails_it_is_the_cause_and_drift_is_not_told(replayed):
    source = DataSource.objects.create(name="flights")
    replayed.sources.add(source)
    cut_off = Finding("quality.run", FindingState.BREACH, Severity.CRITICAL, "The data could not be checked")
    report(
        subject=Subject(type="source", id=str(source.pk), name="flights"),
        findings=[cut_off],
        evidence=Evidence("Run 1", "", None),
    )

    check(replayed, window_from=month(7))

    drifted = Alert.objects.get(kind="drift.data")
    assert [cause.title for cause in Causes().of(drifted)] == ["The data could not be checked"]
    assert drifted.events.filter(kind="held").exists()


def test_the_alerts_recover_when_a_later_check_finds_no_drift(replayed):
    check(replayed, window_from=month(7))
    check(replayed, window_from=month(4), window_to=month(6))

    assert {alert.status for alert in Alert.objects.all()} == {"resolved"}


def test_drift_that_falls_just_under_what_matters_is_no_recovery(replayed, api, drain):
    """By the policy of its model the same July lies over what matters, just under it, and well under it."""
    client, base = api("editor"), "/api/v1/model-monitoring/models/flight-delayed"

    def look(factor: float) -> dict:
        client.patch(f"{base}/watch", {"policy": {"columns": {"dep_delay": factor}}}, format="json")
        sent = client.post(f"{base}/drift-check", {"window": {"from": "2013-07-01T00:00:00Z"}}, format="json")
        drain()
        return client.get(sent.headers["Location"]).json()

    def alert() -> dict:
        (found,) = client.get("/api/v1/alerts", {"kind": "drift.data"}).json()["results"]
        return found

    leading = look(1.0)["features"][0]
    size = leading["effect"] / leading["threshold"]
    told = [(alert()["status"], alert()["count"])]
    for factor in (size * 1.05, size * 2):
        assert not look(factor)["features"][0]["drifted"]
        told.append((alert()["status"], alert()["count"]))

    assert told == [("open", 1), ("open", 1), ("resolved", 1)]


def test_archiving_a_model_closes_its_alerts_and_those_of_no_other(replayed, regressor, user):
    services.replay_flights(model=regressor, months=[7])
    for model in (replayed, regressor):
        check(model, window_from=month(7))
    services.update_model(model=replayed, by=user("admin"), description="Late or not.")
    assert not Alert.objects.filter(status="resolved").exists()
    services.update_model(model=replayed, by=user("admin"), archived_at=month(8))

    closed = Alert.objects.filter(status="resolved")
    assert {alert.subject_name for alert in closed} == {"flight-delayed"}
    assert {alert.subject_name for alert in Alert.objects.exclude(pk__in=closed)} == {"arrival-delay"}


def test_the_last_predictions_are_the_newest_ones(replayed):
    run = check(replayed, last=100)
    assert run.rows == 100
    assert run.current_from > month(7)


def test_a_run_done_twice_reports_once(replayed):
    run = check(replayed, window_from=month(7))
    services.execute_drift_run(run.pk)

    again = DriftRun.objects.get()
    assert (again.attempt, again.finished_at) == (1, run.finished_at)
    assert Alert.objects.get(kind="drift.data").count == 1


def test_a_worker_that_lost_its_lease_leaves_nothing_behind(replayed, monkeypatch):
    run = services.request_drift_run(version=replayed.champion, window_from=month(7))

    def taken_over(*args, **kwargs):
        DriftRun.objects.filter(pk=run.pk).update(lease_token="00000000-0000-0000-0000-000000000000")
        return

    monkeypatch.setattr(drift, "realised", taken_over)
    services.execute_drift_run(run.pk)
    run.refresh_from_db()

    assert (run.state, run.drifted, run.report) == (RunState.RUNNING, None, {})
    assert not Alert.objects.exists()
