"""What the truth shows: target drift, concept drift, and performance that fell; told, and recovered from."""

from datetime import UTC, datetime, timedelta

import numpy as np

from alerts.models import Alert
from models_registry import services
from models_registry.models import DriftRun, ModelVersion, Prediction
from models_registry.services.reference_rows import read_reference_rows

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
ROWS = 600


def asked(model, *, rows=slice(ROWS), name="first", at=None) -> list[tuple[str, str]]:
    """Let the model predict some of its reference rows; their ids with what really happened."""
    kept = read_reference_rows(services.champion_of(model))
    chosen = list(zip(*kept.columns.values(), strict=True))[rows]
    truths = kept.actuals[rows]
    ids = [f"{name}-{row}" for row in range(len(chosen))]
    instances = [dict(zip(kept.columns, row, strict=True)) for row in chosen]
    services.predict(model=model, instances=instances, ids=ids, predicted_at=at and [at] * len(ids))
    return list(zip(ids, truths, strict=True))


def tell(model, truths) -> None:
    services.record_actuals(
        model=model, rows=[{"prediction_id": name, "actual": actual} for name, actual in truths]
    )


def mixed_up(truths):
    order = np.random.default_rng(4).permutation(len(truths))
    return [(name, truths[row][1]) for (name, _), row in zip(truths, order, strict=True)]


def check(model, **window) -> DriftRun:
    run = services.request_drift_run(version=services.champion_of(model), **window or {"last": ROWS})
    services.execute_drift_run(run.pk)
    run.refresh_from_db()
    return run


def fallen(run: DriftRun) -> dict[str, bool | None]:
    return {part["kind"]: part["fallen"] for part in run.report["performance"]["judged"]}


def test_answers_that_came_to_be_wrong_are_concept_drift_and_a_fall_until_they_are_right_again(
    classifier, api, client_as
):
    tell(classifier, mixed_up(asked(classifier)))
    run = check(classifier)

    assert (run.drifted, run.severity) == (True, "critical")
    assert (run.report["target"]["drifted"], run.report["concept"]["drifted"]) == (False, True)
    assert fallen(run) == {"realised": True, "estimated": False}
    assert "Realised ROC AUC 0.892 before" in run.verdict
    found = {alert.kind: alert for alert in Alert.objects.all()}
    assert set(found) == {"drift.concept", "performance.realised"}
    assert found["performance.realised"].severity == "critical"
    told = api().get(f"/api/v1/model-monitoring/models/{classifier.name}/drift/{run.pk}").json()
    assert (told["concept"]["drifted"], told["truth"]["rows"]) == (True, ROWS)
    assert told["performance"]["judged"][0]["severity"] == "critical"
    page = client_as("viewer").get(run.get_absolute_url()).content.decode()
    assert "prediction error" in page
    assert found["performance.realised"].message in page

    tell(classifier, asked(classifier, rows=slice(ROWS, 2 * ROWS), name="second"))
    Prediction.objects.filter(prediction_id="second-7").update(probabilities=None)
    again = check(classifier)
    assert (again.drifted, again.report["concept"]["drifted"]) == (False, False)  # one row's error is unknown
    assert {alert.status for alert in Alert.objects.all()} == {"resolved"}


def test_answers_that_came_to_be_less_sure_are_prediction_drift_though_they_stay_the_same(
    classifier, api, client_as
):
    kept = read_reference_rows(services.champion_of(classifier))
    rows = sorted(range(len(kept)), key=lambda row: kept.probabilities[row]["delayed"])
    on_time = [row for row in rows if kept.predictions[row] == "on_time"]
    late = [row for row in rows if kept.predictions[row] == "delayed"]
    unsure = on_time[len(on_time) // 2 :] + late[: len(late) // 2]
    instances = [{name: values[row] for name, values in kept.columns.items()} for row in unsure]
    services.predict(model=classifier, instances=instances)
    run = check(classifier, last=len(instances))

    assert (run.report["prediction"]["drifted"], run.report["probability"]["drifted"]) == (False, True)
    assert "predicted probability" in Alert.objects.get(kind="drift.prediction").message
    told = api().get(f"/api/v1/model-monitoring/models/{classifier.name}/drift/{run.pk}").json()
    assert told["probability"]["name"] == "predicted probability"
    page = client_as("viewer").get(run.get_absolute_url()).content.decode()
    assert "predicted probability" in page

    services.predict(model=classifier, instances=[
        {name: values[row] for name, values in kept.columns.items()} for row in range(ROWS)
    ])  # fmt: skip
    assert check(classifier).report["probability"]["drifted"] is False


def test_an_estimate_that_fell_is_told_before_any_truth(classifier):
    kept = read_reference_rows(services.champion_of(classifier))
    alike = [row for row, delay in enumerate(kept.columns["dep_delay"]) if delay and 8 <= delay <= 14]
    instances = [{name: values[row] for name, values in kept.columns.items()} for row in alike * 4]
    services.predict(model=classifier, instances=instances)
    run = check(classifier, last=len(instances))

    assert fallen(run) == {"realised": None, "estimated": True}
    assert Alert.objects.get(kind="performance.estimated").severity == "critical"
    assert (run.report["target"], run.report["truth"]) == (None, None)


def test_what_is_switched_off_is_not_judged(classifier, api):
    url = f"/api/v1/model-monitoring/models/{classifier.name}/watch"
    off = dict.fromkeys(("actual outcome", "prediction error", "model performance"), 0)
    assert api("editor").patch(url, {"policy": {"columns": off}}, format="json").status_code == 200
    tell(classifier, mixed_up(asked(classifier)))
    run = check(classifier)

    assert (run.drifted, run.report["concept"]["drifted"]) == (False, None)
    assert fallen(run) == {"realised": None, "estimated": None}
    assert not Alert.objects.exists()


def test_rows_that_a_version_may_have_learned_from_do_not_say_how_wrong_it_usually_is(classifier):
    (kept,) = ModelVersion.objects.values_list("reference_rows", flat=True)
    ModelVersion.objects.update(reference_rows=kept | {"held_out": False})
    tell(classifier, mixed_up(asked(classifier)))
    run = check(classifier)

    assert (run.report["target"]["drifted"], run.report["concept"]) == (False, None)
    realised = run.report["performance"]["judged"][0]
    assert "fewer than five earlier windows" in realised["reason"]


def test_errors_are_then_compared_with_those_of_earlier_windows(classifier):
    (kept,) = ModelVersion.objects.values_list("reference_rows", flat=True)
    ModelVersion.objects.update(reference_rows=kept | {"held_out": False})
    for day in range(11):
        at = MONDAY + timedelta(days=day)
        truths = asked(classifier, rows=slice(400 * day, 400 * day + 400), name=f"day-{day}", at=at)
        tell(classifier, mixed_up(truths) if day == 10 else truths)
        run = check(classifier, window_from=at, window_to=at + timedelta(days=1))
        assert fallen(run)["realised"] is (None if day < 5 else day == 10)
    assert (run.report["concept"]["drifted"], run.windows) == (True, 10)


def test_truth_that_comes_after_its_window_is_judged_once_by_the_next_check_of_the_clock(
    classifier, time_machine
):
    time_machine.move_to(MONDAY, tick=False)
    services.set_watch(classifier, by=None, every_minutes=60)
    late: list[tuple[str, str]] = []
    known = []
    for hour in range(3):
        time_machine.shift(1800)
        truths = asked(classifier, rows=slice(300 * hour, 300 * hour + 300), name=f"hour-{hour}")
        if hour == 1:
            tell(classifier, mixed_up(late))
        late = truths
        time_machine.shift(1800)
        services.start_due()
        run = DriftRun.objects.latest("pk")
        services.execute_drift_run(run.pk)
        run.refresh_from_db()
        known.append((run.report["truth"] or {}).get("rows"))

    assert known == [None, 300, None]
    assert {alert.kind for alert in Alert.objects.filter(status="open")} == {
        "drift.concept", "performance.realised",
    }  # fmt: skip
