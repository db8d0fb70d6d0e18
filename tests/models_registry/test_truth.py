"""What really happened arrives later, in any order, sometimes twice."""

from datetime import UTC, datetime

import pytest

from models_registry import services
from models_registry.enums import PerformanceKind
from models_registry.formats.faults import InvalidRows
from models_registry.models import ModelPerformance, Prediction
from models_registry.services import performance
from models_registry.services.metrics import measured
from tests.models_registry.flights import LATE, PUNCTUAL
from tests.models_registry.rival import rival

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEXT_SUNDAY = datetime(2026, 3, 8, 23, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def asked(classifier):
    services.predict(
        model=classifier,
        instances=[LATE, PUNCTUAL, LATE],
        ids=["a", "b", "c"],
        predicted_at=[MONDAY, NEXT_SUNDAY, NEXT_MONDAY],
    )
    return classifier


def actual(name, value="delayed"):
    return {"prediction_id": name, "actual": value}


def realised():
    return ModelPerformance.objects.filter(kind=PerformanceKind.REALISED).order_by("window_from")


def test_truth_is_joined_by_prediction_id(asked):
    received = services.record_actuals(model=asked, rows=[actual("a"), actual("b", "on_time")])

    assert (received.recorded, received.replaced, received.unknown, received.duplicate) == (2, 0, (), ())
    truths = dict(Prediction.objects.values_list("prediction_id", "actual"))
    assert truths == {"a": "delayed", "b": "on_time", "c": None}


def test_unknown_and_repeated_ids_are_told_and_the_others_taken(asked):
    rows = [actual("a"), actual("nobody"), actual("a", "on_time"), actual("b")]
    received = services.record_actuals(model=asked, rows=rows)

    assert (received.recorded, received.unknown, received.duplicate) == (2, ("nobody",), ("a",))
    assert Prediction.objects.get(prediction_id="a").actual == "delayed"


def test_later_truth_replaces_earlier_truth(asked):
    services.record_actuals(model=asked, rows=[actual("a"), actual("b")])
    received = services.record_actuals(model=asked, rows=[actual("a", "on_time"), actual("b")])

    assert (received.recorded, received.replaced) == (2, 1)
    assert Prediction.objects.get(prediction_id="a").actual == "on_time"


def test_ids_of_another_model_are_unknown(asked, regressor):
    assert services.record_actuals(model=regressor, rows=[actual("a", 5)]).unknown == ("a",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (actual("a", "cancelled"), r'actuals\[0\]: "cancelled" is no class; give one of on_time, delayed'),
        (actual("a", 1), r"actuals\[0\]: 1 is no class"),
        (actual("a", None), r"actuals\[0\]: null is no class"),
        (actual(7), r"actuals\[0\]: the id is 7; give a text"),
        ({"prediction_id": "a"}, r"actuals\[0\]: give an object with exactly prediction_id and actual"),
        ("a", r"actuals\[0\]: give an object"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(asked, row, said):
    with pytest.raises(InvalidRows, match=said):
        services.record_actuals(model=asked, rows=[row, actual("b")])
    assert Prediction.objects.labelled().count() == 0


@pytest.mark.parametrize("value", ["5", True, None, float("nan"), float("inf")])
def test_the_truth_of_a_number_is_a_finite_number(regressor, value):
    services.predict(model=regressor, instances=[LATE], ids=["a"])
    with pytest.raises(InvalidRows, match="give a finite number"):
        services.record_actuals(model=regressor, rows=[actual("a", value)])


def test_each_calendar_week_has_one_measurement_that_grows_with_its_truth(asked, worker):
    for rows in ([actual("a")], [actual("b"), actual("c")]):
        with worker():
            services.record_actuals(model=asked, rows=rows)

    first, second = realised()
    assert (first.window_from, first.rows) == (datetime(2026, 3, 2, tzinfo=UTC), 2)
    assert first.metrics["accuracy"] == 0.5
    assert (second.window_from, second.rows) == (datetime(2026, 3, 9, tzinfo=UTC), 1)
    assert second.metrics["accuracy"] == 1.0


def test_a_delivery_only_writes_and_leaves_the_measuring_to_a_worker(asked, worker):
    with worker():
        services.record_actuals(model=asked, rows=[actual("a"), actual("b")])
        assert not realised().exists()

    assert realised().get().rows == 2


def test_a_message_that_comes_twice_or_for_a_version_that_is_gone_does_no_harm(asked):
    services.record_actuals(model=asked, rows=[actual("a")])
    for version in (asked.champion_id, asked.champion_id, 404):
        services.measure_week(version, "2026-03-02T00:00:00+00:00")

    assert realised().get().rows == 1


def test_a_lost_message_is_made_good_by_the_next_truth_of_the_week(asked, worker):
    services.record_actuals(model=asked, rows=[actual("a")])  # nobody hears of it
    with worker():
        services.record_actuals(model=asked, rows=[actual("b")])

    assert realised().get().rows == 2


def test_a_lost_message_is_made_good_by_the_next_drift_run_over_the_week(asked):
    for rows in ([actual("a")], [actual("b"), actual("c")]):
        services.record_actuals(model=asked, rows=rows)
        run = services.request_drift_run(version=asked.champion)
        services.execute_drift_run(run.pk)

    assert [row.rows for row in realised()] == [2, 1]
    measured = set(realised().values_list("at"))
    services.execute_drift_run(services.request_drift_run(version=asked.champion).pk)
    assert set(realised().values_list("at")) == measured  # nothing was missing this time


def test_the_positive_class_is_delayed(asked, worker):
    with worker():
        services.record_actuals(model=asked, rows=[actual("a"), actual("b")])

    metrics = realised().get().metrics
    assert (metrics["precision"], metrics["recall"]) == (1.0, 0.5)
    assert "roc_auc" not in metrics  # one class only: not defined, so not made up


def test_nothing_is_measured_without_truth(asked):
    measured = services.measure_performance(version=asked.champion, window_from=MONDAY, window_to=NEXT_MONDAY)
    assert measured is None


def measure(model):
    start, end = datetime(2026, 3, 2, tzinfo=UTC), NEXT_MONDAY
    return services.measure_performance(version=model.champion, window_from=start, window_to=end)


def test_two_first_measurements_of_a_week_at_once_leave_one_row(asked):
    Prediction.objects.update(actual="delayed", actual_at=MONDAY)
    with rival(ModelPerformance, lambda: measure(asked)):
        measure(asked)

    assert realised().get().rows == 2


def test_a_measurement_that_began_before_the_truth_came_does_not_replace_one_that_knows_it(
    asked, monkeypatch
):
    Prediction.objects.filter(prediction_id="a").update(actual="delayed", actual_at=MONDAY)
    monkeypatch.setattr(
        performance,
        "measured",
        once_before(
            measured,
            lambda: (
                Prediction.objects.filter(prediction_id="b").update(actual="on_time", actual_at=MONDAY),
                measure(asked),
            ),
        ),
    )

    assert measure(asked).rows == 2
    assert realised().get().rows == 2


def once_before(function, act):
    """``function``, but ``act()`` happens before its first call."""
    waiting = [act]

    def called(*args):
        if waiting:
            waiting.pop()()
        return function(*args)

    return called
