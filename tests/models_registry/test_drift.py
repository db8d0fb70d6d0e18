"""The prediction log of a window against the training window: what really changed, and nothing else."""

from datetime import UTC, datetime

import numpy as np
import pytest

from alerts.models import Alert
from alerts.selectors import Causes
from alerts.services import Evidence, Subject, report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web.models import AuditEvent
from dataops.web.runs import RunState
from models_registry import services
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion, Prediction
from models_registry.services import drift, windows
from models_registry.services.reference_rows import read_reference_rows
from quality.models import DataSource
from tests.models_registry.flights import FLIGHT


def month(number: int) -> datetime:
    return datetime(2013, number, 1, tzinfo=UTC)


def check(model, **window) -> DriftRun:
    run = services.request_drift_run(version=services.champion_of(model), **window)
    services.execute_drift_run(run.pk)
    run.refresh_from_db()
    return run


def drifted(run: DriftRun) -> set[str]:
    return {feature["name"] for feature in run.report["features"] if feature["drifted"]}


@pytest.fixture
def replayed(classifier):
    services.replay_flights(model=classifier, months=[4, 5, 7])
    return classifier


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


def test_a_new_airport_and_a_lost_feature_are_drift(classifier):
    flights = [FLIGHT | {"dest": "ZRH", "dep_delay": float(i % 60 - 5)} for i in range(300)]
    services.predict(model=classifier, instances=flights)
    run = check(classifier, last=300)

    dest = next(feature for feature in run.report["features"] if feature["name"] == "dest")
    assert dest["drifted"]
    assert dest["new_values"] == ["ZRH"]
    assert run.severity == "critical"
    assert {alert.severity for alert in Alert.objects.filter(kind="drift.data")} == {"critical"}


def kept_columns(model) -> dict[str, list]:
    """Of the rows a version is measured by."""
    return dict(read_reference_rows(services.champion_of(model)).columns)


def instances(columns: dict[str, list]) -> list[dict]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def shuffled(model, column: str) -> list[dict]:
    """The rows a version is measured by, one column of them in another order."""
    kept = kept_columns(model)
    return instances({**kept, column: np.random.default_rng(1).permutation(kept[column]).tolist()})


def test_while_too_few_windows_tell_what_is_usual_what_is_not_gross_is_only_suspected(classifier):
    flights = instances(kept_columns(classifier))[:600]
    for flight in flights[:4]:
        flight["dest"] = "ZRH"
    services.predict(model=classifier, instances=flights)
    run = check(classifier, last=600)

    alert = Alert.objects.get(kind="drift.data")
    assert (run.severity, run.report["worst"], alert.severity) == ("info", "critical", "info")
    assert alert.message.startswith("Suspected, as fewer than 5 earlier windows tell")
    assert run.report["calibrating"]


def test_columns_that_no_longer_go_together_are_drift_although_each_looks_the_same(classifier, client_as):
    services.predict(model=classifier, instances=shuffled(classifier, "distance")[:1_000])
    run = check(classifier, last=1_000)

    assert drifted(run) == set()
    assert (run.drifted, run.share_drifted) == (True, 0.0)
    joint = run.report["multivariate"]
    assert joint["auc"] - joint["auc_by_columns"] == pytest.approx(joint["effect"])
    assert "distance" in joint["pairs"][0]["columns"]
    assert "columns no longer go together" in run.verdict
    assert "All columns: columns no longer go together" in Alert.objects.get(kind="drift.data").message
    page = client_as("viewer").get(run.get_absolute_url())
    assert "How columns go together" in page.content.decode()


def test_a_drifted_column_tells_the_segments_in_which_it_changed(classifier, client_as):
    kept = read_reference_rows(services.champion_of(classifier))
    rows = [dict(zip(kept.columns, row, strict=True)) for row in zip(*kept.columns.values(), strict=True)]
    late = [row | {"dep_delay": (row["dep_delay"] or 0) + 90 * (row["origin"] == "EWR")} for row in rows]
    services.predict(model=classifier, instances=late[:1_500])
    run = check(classifier, last=1_500)

    (feature,) = (one for one in run.report["features"] if one["name"] == "dep_delay")
    where = feature["segments"][0]
    assert (where["by"], where["segments"][0]["segment"]) == ("origin", "EWR")
    assert where["segments"][0]["effect"] > 0.5 > 0.1 > where["segments"][1]["effect"]
    assert "By origin: EWR" in client_as("viewer").get(run.get_absolute_url()).content.decode()


def test_without_reference_rows_the_report_says_that_nobody_looked(classifier, client_as):
    ModelVersion.objects.update(reference_rows={})
    services.predict(model=classifier, instances=[FLIGHT] * 40)
    run = check(classifier, last=40)

    assert run.report["multivariate"] == {
        "drifted": None,
        "skipped": "the version came without reference rows",
    }
    assert (
        "Not looked at: the version came" in client_as("viewer").get(run.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("count", [0, 29])
def test_too_few_predictions_are_no_verdict_and_no_alert(classifier, count):
    if count:
        services.predict(model=classifier, instances=[FLIGHT | {"dep_delay": 500.0}] * count)
    run = check(classifier)

    assert (run.state, run.outcome, run.drifted) == (RunState.SUCCEEDED, "not_enough_data", None)
    assert "Not enough data" in run.verdict
    assert run.rows == count
    assert not Alert.objects.exists()


def test_the_last_predictions_are_the_newest_ones(replayed):
    run = check(replayed, last=100)
    assert run.rows == 100
    assert run.current_from > month(7)


def test_what_is_logged_while_a_window_is_compared_is_no_part_of_its_report(classifier, monkeypatch):
    services.predict(model=classifier, instances=[FLIGHT] * 40, ids=[f"early-{i}" for i in range(40)])
    services.record_actuals(model=classifier, rows=[truth(f"early-{i}") for i in range(10)])

    def meanwhile(*args):
        services.predict(model=classifier, instances=[FLIGHT] * 5, ids=[f"late-{i}" for i in range(5)])
        rows = [truth(f"late-{i}") for i in range(5)] + [truth(f"early-{i}") for i in range(10, 15)]
        services.record_actuals(model=classifier, rows=rows)
        return windows.profile_window(*args)

    monkeypatch.setattr(drift, "profile_window", meanwhile)
    run = check(classifier, last=40)

    assert (run.rows, run.report["performance"]["realised"]["rows"]) == (40, 10)


def truth(name: str) -> dict[str, str]:
    return {"prediction_id": name, "actual": "on_time"}


def test_a_window_is_read_oldest_first(classifier):
    hours = [FLIGHT | {"hour": hour} for hour in (9, 7, 8)]
    moments = [datetime(2013, 7, 1, flight["hour"], tzinfo=UTC) for flight in hours]
    services.predict(model=classifier, instances=hours, predicted_at=moments)
    run = services.request_drift_run(version=classifier.champion, last=2)
    signature = Signature.from_dict(classifier.champion.signature)
    window = windows.read_window(run, signature, lambda done, stage: None)

    assert window.table["hour"].to_pylist() == [8, 9]
    assert (window.first.hour, window.last.hour) == (8, 9)


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


def test_a_queued_run_can_be_cancelled(classifier, user):
    run = services.request_drift_run(version=classifier.champion)
    services.cancel_drift_run(run=run, by=user("editor"))
    services.execute_drift_run(run.pk)
    run.refresh_from_db()

    assert run.state == RunState.CANCELLED


def test_who_asked_for_a_check_and_who_stopped_it_is_in_the_audit_log_once(classifier, user):
    asker, stopper = user("editor"), user("editor")
    run = services.request_drift_run(version=classifier.champion, by=asker)

    assert services.cancel_drift_run(run=run, by=stopper)
    assert not services.cancel_drift_run(run=run, by=asker)
    events = AuditEvent.objects.filter(action__startswith="drift.").order_by("pk")
    assert [(event.action, event.actor) for event in events] == [
        ("drift.requested", asker),
        ("drift.cancelled", stopper),
    ]


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"last": 5, "window_from": month(7)}, "not both"),
        ({"last": 0}, "last is 0"),
        ({"window_from": month(8), "window_to": month(7)}, "ends before it starts"),
    ],
)
def test_a_window_that_cannot_be_is_refused(classifier, window, said):
    with pytest.raises(services.NotAccepted, match=said):
        services.request_drift_run(version=classifier.champion, **window)
    assert not DriftRun.objects.exists()


def test_waiting_ends_with_the_run_or_with_the_time(classifier):
    run = services.request_drift_run(version=classifier.champion)
    assert services.wait_for(run, 0.01).state == RunState.QUEUED

    services.execute_drift_run(run.pk)
    assert services.wait_for(run, 30).state == RunState.SUCCEEDED


def test_a_check_that_cannot_be_finished_is_an_alert_until_one_can(classifier, monkeypatch):
    monkeypatch.setattr(windows, "MAX_ROWS", 2)
    services.predict(model=classifier, instances=[FLIGHT] * 3)
    run = check(classifier)

    assert (run.state, run.error_code) == (RunState.FAILED, "too_large")
    assert Alert.objects.get().title == "flight-delayed could not be checked for drift"
    assert Alert.objects.get().message == run.error

    check(classifier, last=2)
    assert Alert.objects.get().status == "resolved"
