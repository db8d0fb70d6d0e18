"""Where predictions were right and wrong: by class, chance, size of the error, segment and cost."""

from datetime import UTC, datetime, timedelta

import pytest

from dataops.web.models import AuditEvent
from models_registry import services
from models_registry.enums import PerformanceKind
from models_registry.formats.signature import Signature
from models_registry.models import ModelPerformance, Prediction
from models_registry.services.performance import refresh_performance
from models_registry.services.segments import segments
from tests.models_registry.flights import LATE, PUNCTUAL

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ROOT = "/api/v1/model-monitoring/models/flight-delayed"
COSTS = {"classes": ["on_time", "delayed"], "costs": [[0, 1], [10, 0]]}


def told(model, instances, actuals):
    """One week of predictions, the truth of which came half a day later."""
    ids = [f"p{number}" for number in range(len(instances))]
    services.predict(model=model, instances=instances, ids=ids, predicted_at=[MONDAY] * len(ids))
    rows = [{"prediction_id": name, "actual": actual} for name, actual in zip(ids, actuals, strict=False)]
    services.record_actuals(model=model, rows=rows, measure=lambda version, moments: None)
    Prediction.objects.exclude(actual_at=None).update(actual_at=MONDAY + timedelta(hours=12))
    refresh_performance(model.champion, [MONDAY])
    return ModelPerformance.objects.get(version__model=model, kind=PerformanceKind.REALISED)


@pytest.fixture
def week(classifier):
    """Of 40 predictions 30 have their truth: 20 late flights of which 15 were, 10 punctual ones that were."""
    return told(
        classifier, [LATE] * 20 + [PUNCTUAL] * 20, ["delayed"] * 15 + ["on_time"] * 5 + ["on_time"] * 10
    )


def test_a_week_is_told_by_class_chance_and_delay(week):
    assert week.details["confusion"] == {"classes": ["on_time", "delayed"], "counts": [[10, 5], [0, 15]]}
    assert week.details["calibration"]["of"] == "delayed"
    assert sum(week.details["calibration"]["rows"]) == 30
    assert {part["share"]: part["lift"] for part in week.details["lift"]}[0.5] == pytest.approx(1.5)
    assert week.details["delay"] == {"median_seconds": 43_200.0, "p95_seconds": 43_200.0}
    assert (week.rows, week.logged) == (30, 40)


def test_a_row_without_probabilities_leaves_their_metrics_to_the_others(classifier, client_as):
    mixed = [LATE | {"carrier": carrier} for carrier in ("UA", "B6")] * 20 + [PUNCTUAL] * 10
    truth = ["delayed", "on_time", "on_time", "delayed", "delayed"] * 10
    whole = told(classifier, mixed, truth)
    one = {
        "features": LATE,
        "prediction": "delayed",
        "prediction_id": "bare",
        "predicted_at": MONDAY.isoformat(),
    }
    services.record_predictions(model=classifier, rows=[one])
    services.record_actuals(model=classifier, rows=[{"prediction_id": "bare", "actual": "on_time"}])
    refresh_performance(classifier.champion, [MONDAY])

    week = ModelPerformance.objects.get(kind=PerformanceKind.REALISED)
    assert (week.rows, week.details["rows_with_probabilities"]) == (51, 50)
    assert "rows_with_probabilities" not in whole.details
    for name in ("roc_auc", "pr_auc", "log_loss", "brier"):
        assert week.metrics[name] == pytest.approx(whole.metrics[name])
        assert week.intervals[name]
    assert week.metrics["accuracy"] < whole.metrics["accuracy"]
    assert week.details["calibration"] == whole.details["calibration"]
    page = client_as("viewer").get("/models/flight-delayed/performance/").content.decode()
    assert page.count("of 50 rows") == 2  # ROC AUC and log loss
    assert "50 of 51 rows" in page


@pytest.mark.parametrize("few", [0, 2])
def test_a_few_rows_with_probabilities_do_not_stand_for_the_others(classifier, client_as, api, few):
    told(classifier, [LATE] * few, ["on_time"] * few) if few else None
    bare = [
        {
            "features": LATE,
            "prediction": "delayed",
            "prediction_id": f"b{n}",
            "predicted_at": MONDAY.isoformat(),
        }
        for n in range(40)
    ]
    services.record_predictions(model=classifier, rows=bare)
    truth = [{"prediction_id": f"b{n}", "actual": "delayed" if n < 30 else "on_time"} for n in range(40)]
    services.record_actuals(model=classifier, rows=truth)
    refresh_performance(classifier.champion, [MONDAY])

    week = ModelPerformance.objects.get(kind=PerformanceKind.REALISED)
    assert not week.metrics.keys() & {"roc_auc", "pr_auc", "log_loss", "brier"}
    assert not week.details.keys() & {"calibration", "lift", "rows_with_probabilities"}
    standing = api("viewer").get("/api/v1/model-monitoring/models").json()["results"][0]["standing"]
    assert (standing["metric"], standing["value"]) == ("accuracy", pytest.approx(30 / (40 + few)))
    for page in ("", "performance/"):
        shown = client_as("viewer").get(f"/models/flight-delayed/{page}").content.decode()
        assert "Accuracy of the champion by week" in shown


def test_a_segment_shows_where_it_goes_wrong(classifier):
    ever_late = [LATE | {"carrier": "UA"}] * 20 + [LATE | {"carrier": "B6"}] * 20
    found = told(classifier, ever_late, ["delayed"] * 20 + ["on_time"] * 20).details["segments"]

    assert list(found) == ["carrier"]  # the others did not vary, so they have no segments
    parts = {part["segment"]: (part["rows"], part["metric"], part["value"]) for part in found["carrier"]}
    assert parts == {"UA": (20, "accuracy", 1.0), "B6": (20, "accuracy", 0.0)}


def test_a_segment_tells_how_far_its_metric_may_be_off(classifier, client_as):
    varied = [LATE | {"carrier": carrier, "hour": hour} for carrier in ("UA", "B6") for hour in (8, 17) * 20]
    week = told(classifier, varied, ["delayed", "on_time", "delayed", "delayed"] * 20)

    for part in week.details["segments"]["carrier"]:
        low, high = part["interval"]
        assert 0 <= low < part["value"] < high <= 1
    page = client_as("viewer").get("/models/flight-delayed/performance/?feature=carrier").content.decode()
    assert f"{low:.3g} to {high:.3g}" in page


def test_segments_are_told_by_accuracy_where_one_of_them_has_too_few_of_a_class_for_more():
    signature = Signature.from_dict(
        {"features": [{"name": "town", "type": "text", "categories": []}], "classes": ["no", "yes"]}
    )
    features = [{"town": town} for town in ["Bonn"] * 40 + ["Trier"] * 40]
    actuals = ["no", "yes"] * 20 + ["yes"] + ["no"] * 39
    rows = [(actual, "no", {"no": 0.6, "yes": 0.4}) for actual in actuals]

    found = segments(signature, {}, features, rows)["town"]
    assert {part["segment"]: (part["metric"], part["value"]) for part in found} == {
        "Bonn": ("accuracy", 0.5),
        "Trier": ("accuracy", 39 / 40),
    }


def test_numbers_are_cut_into_quarters_and_what_is_missing_stands_by_itself():
    signature = Signature.from_dict(
        {"features": [{"name": "x", "type": "number", "categories": []}], "classes": []}
    )
    features = [{"x": None if number < 20 else float(number)} for number in range(100)]
    rows = [(float(number >= 80), 0.0, None) for number in range(100)]

    found = segments(signature, {}, features, rows)["x"]
    assert {part["segment"]: part["value"] for part in found} == {
        "up to 39.75": 0.0,
        "39.75 to 59.5": 0.0,
        "59.5 to 79.25": 0.0,
        "above 79.25": 1.0,
        "missing": 0.0,
    }


def test_errors_of_numbers_are_counted_by_size(regressor):
    found = told(regressor, [LATE] * 40, list(range(40)))
    assert sum(found.details["residuals"]["counts"]) == 40
    assert found.details["residuals"]["edges"] == sorted(found.details["residuals"]["edges"])


def test_costs_are_set_over_the_api_and_every_week_tells_what_a_prediction_cost(api, week):
    client = api()
    assert client.put(f"{ROOT}/costs", COSTS, format="json").status_code == 200
    assert client.get(f"{ROOT}/costs").json() == COSTS

    found = client.get(f"{ROOT}/performance/{week.pk}").json()
    assert found["mean_cost"] == pytest.approx(5 * 1 / 30)
    assert found["details"]["confusion"]["counts"] == [[10, 5], [0, 15]]
    assert AuditEvent.objects.filter(action="model.costs_set").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"classes": ["delayed", "on_time"]}, "give on_time, delayed, in this order"),
        ({"costs": [[0, 1]]}, "give 2 rows of 2 numbers"),
        ({"costs": [[0, 1e13], [1, 0]]}, "The cost of on_time taken for delayed is"),
    ],
)
def test_costs_that_cannot_be_are_refused_with_the_place(api, classifier, change, said):
    answer = api().put(f"{ROOT}/costs", COSTS | change, format="json")
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_costs_are_set_on_a_page_and_told_beside_the_table_they_weigh(client_as, week):
    fields = {"cost-0-0": "", "cost-0-1": "1", "cost-1-0": "10", "cost-1-1": "0"}
    editor = client_as("editor")
    assert editor.post("/models/flight-delayed/costs/", fields).status_code == 302

    page = editor.get("/models/flight-delayed/performance/").content.decode()
    assert "Mean cost of a prediction" in page
    assert "30 of 40 predictions (75\u202f%)" in page
    assert "12 h for half of them" in page
    assert 'value="10.0"' in editor.get("/models/flight-delayed/costs/").content.decode()
    assert client_as("viewer").post("/models/flight-delayed/costs/", fields).status_code == 403


def test_the_page_shows_segments_of_the_feature_that_is_asked_for(client_as, classifier):
    varied = [LATE | {"carrier": carrier, "hour": hour} for carrier in ("UA", "B6") for hour in (8, 17) * 10]
    told(classifier, varied, ["delayed"] * 40)
    page = client_as("viewer").get("/models/flight-delayed/performance/?feature=carrier").content.decode()

    assert "<option selected>carrier</option>" in page
    assert '<th scope="row">B6</th>' in page
