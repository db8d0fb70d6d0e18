"""How good predictions are likely to be is told before their truth, and held against it once it comes."""

from datetime import UTC, datetime, timedelta

import pytest

from models_registry import services
from models_registry.enums import PerformanceKind
from models_registry.formats.templates import TEMPLATES
from models_registry.models import ModelPerformance
from models_registry.services.performance import refresh_performance
from models_registry.services.reference_rows import read_reference_rows
from models_registry.services.trust import WEEKS_OFF, Trust, trust_of
from tests.models_registry.flights import LATE

APRIL = 4
WEEK = timedelta(days=7)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def estimated(model):
    return ModelPerformance.objects.filter(version__model=model, kind=PerformanceKind.ESTIMATED)


def asked_without_truth(model):
    """The flights of April that the model was not fitted on; nobody says when they arrived."""
    window = TEMPLATES[model.name].replay([APRIL])[0]
    rows = range(len(window.ids))
    services.predict(
        model=model,
        instances=[{name: values[row] for name, values in window.columns.items()} for row in rows],
        ids=window.ids,
        predicted_at=window.times,
    )
    return window


@pytest.mark.parametrize("template", ["flight-delayed", "arrival-delay"])
def test_a_deployment_keeps_the_held_out_rows_with_answers_and_truth(deploy, template):
    version = deploy(template)
    rows, again = read_reference_rows(version), read_reference_rows(deploy(template))

    assert version.reference_rows["held_out"] is True
    assert len(rows) == version.reference_rows["labelled"] == len(rows.actuals) > 1_000
    assert rows == again  # the same rows by lot each time, stored once
    asked = [{name: values[row] for name, values in rows.columns.items()} for row in range(5)]
    assert services.predict(model=version.model, instances=asked).predictions == rows.predictions[:5]


@pytest.mark.parametrize(("template", "metric"), [("flight-delayed", "accuracy"), ("arrival-delay", "mae")])
def test_april_is_estimated_before_its_truth_and_compared_with_it_afterwards(deploy, template, metric):
    model = deploy(template).model
    window = asked_without_truth(model)
    services.estimate_missing()
    # The order in which a database gives rows changes the last digit of a sum.
    before = {row.window_from: pytest.approx(row.metrics) for row in estimated(model)}
    truths = zip(window.ids, window.actuals, strict=True)
    rows = [{"prediction_id": name, "actual": actual} for name, actual in truths]
    services.record_actuals(model=model, rows=rows, measure=refresh_performance)

    assert before == {row.window_from: row.metrics for row in estimated(model)}
    for row in estimated(model):
        low, high = row.intervals[metric]
        assert low < row.metrics[metric] < high
    trust = trust_of(model.task, ModelPerformance.objects.filter(version__model=model))
    assert len(trust.weeks) == len(before) == 5
    assert not trust.is_off
    assert trust.inside >= 3


def test_the_catch_up_makes_up_for_new_weeks_alone_and_for_those_that_grew(classifier):
    services.predict(model=classifier, instances=[LATE] * 2, predicted_at=[MONDAY, MONDAY + WEEK])
    services.estimate_missing()
    first = dict(estimated(classifier).values_list("window_from", "at"))
    services.predict(model=classifier, instances=[LATE], predicted_at=[MONDAY + WEEK])
    services.estimate_missing()
    second = dict(estimated(classifier).values_list("window_from", "at"))

    assert first[MONDAY] == second[MONDAY]
    assert estimated(classifier).get(window_from=MONDAY + WEEK).rows == 2


def test_a_version_without_reference_rows_says_why_it_is_not_estimated(classifier):
    version = classifier.champion
    assert services.why_not(version) == ""
    version.reference_rows = version.reference_rows | {"labelled": 40}
    assert "only 40 of its reference rows" in services.why_not(version)
    version.reference_rows = {}
    assert "without reference rows" in services.why_not(version)


def measured(week, kind, value, *, interval=(0.8, 0.9), rows=200):
    return ModelPerformance(
        kind=kind,
        window_from=MONDAY + week * WEEK,
        rows=rows,
        metrics={"roc_auc": value},
        intervals={"roc_auc": interval},
        logged=200,
    )


def compared(truths, *, rows=200):
    return [
        measured(week, kind, value, rows=rows)
        for week, truth in enumerate(truths)
        for kind, value in ((PerformanceKind.ESTIMATED, 0.85), (PerformanceKind.REALISED, truth))
    ]


def test_an_estimate_that_missed_three_weeks_is_switched_off_with_the_reason_until_it_is_right_again():
    trust = trust_of("classification", compared([0.84, 0.6, 0.6, 0.6]))

    assert trust.is_off
    assert "since the week from 09 Mar 2026" in trust.reason
    assert trust.mean_error == pytest.approx((0.01 + 3 * 0.25) / 4)
    assert trust.withholds(measured(5, PerformanceKind.ESTIMATED, 0.85))
    assert not trust.withholds(measured(2, PerformanceKind.ESTIMATED, 0.85))
    assert not trust.withholds(measured(5, PerformanceKind.REALISED, 0.6))
    assert not trust_of("classification", compared([0.6, 0.6, 0.6, 0.84])).is_off


def test_an_estimate_that_missed_on_either_side_was_unlucky():
    assert not trust_of("classification", compared([0.6, 0.99, 0.6])).is_off


def test_few_rows_with_truth_say_nothing_against_an_estimate():
    assert trust_of("classification", compared([0.6] * WEEKS_OFF, rows=99)) == Trust()


def test_the_api_tells_estimates_with_their_intervals_and_those_that_nobody_should_rely_on(api, classifier):
    for week, truth in enumerate([0.6] * WEEKS_OFF):
        for row in compared([truth]):
            row.version, row.window_from = classifier.champion, MONDAY + week * WEEK
            row.window_to = row.window_from + WEEK
            row.save()
    services.predict(model=classifier, instances=[LATE], predicted_at=[MONDAY + WEEKS_OFF * WEEK])
    services.estimate_missing()
    newest, *others = (
        api().get("/api/v1/model-monitoring/models/flight-delayed/performance").json()["results"]
    )

    assert (newest["kind"], newest["rows"]) == ("estimated", 1)
    low, high = newest["intervals"]["accuracy"]
    assert low < newest["metrics"]["accuracy"] < high
    assert "Switched off" in newest["withheld"]
    assert {row["withheld"] for row in others} == {None}
