"""The prediction log of a window against the training window: what really changed, and nothing else."""

from datetime import UTC, datetime

import numpy as np
import pytest

from alerts.models import Alert
from dataops.web.models import AuditEvent
from dataops.web.runs import RunState
from models_registry import services
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion
from models_registry.services import drift, windows
from models_registry.services.reference_rows import read_reference_rows
from tests.models_registry.drifting import check, drifted, month
from tests.models_registry.flights import FLIGHT


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
