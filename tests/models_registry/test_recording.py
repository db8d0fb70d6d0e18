"""Predictions of other systems come into the log by the same rules."""

from datetime import UTC, datetime

import pytest

from models_registry import services
from models_registry.formats.faults import InvalidRows
from models_registry.models import Prediction
from tests.models_registry.flights import FLIGHT

ROW = {
    "features": FLIGHT,
    "prediction": "delayed",
    "probabilities": {"on_time": 0.25, "delayed": 0.75},
    "prediction_id": "theirs-1",
    "predicted_at": "2026-02-01T12:00:00+01:00",
}


def test_a_prediction_made_elsewhere_is_logged_as_of_its_time(classifier):
    assert services.record_predictions(model=classifier, rows=[ROW]) == ["theirs-1"]

    row = Prediction.objects.get()
    assert row.predicted_at == datetime(2026, 2, 1, 11, tzinfo=UTC)
    assert (row.prediction, row.probabilities["delayed"]) == ("delayed", 0.75)
    assert row.latency_seconds is None


def test_ids_probabilities_and_time_may_be_left_out(classifier):
    rows = [{"features": FLIGHT, "prediction": "on_time"}] * 2
    assert len(set(services.record_predictions(model=classifier, rows=rows))) == 2


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"features": FLIGHT | {"hour": "five"}}, ("predictions", 1, "features", "hour")),
        ({"features": 5}, ("predictions", 1, "features")),
        ({"prediction": "cancelled"}, ("predictions", 1, "prediction")),
        ({"prediction": None}, ("predictions", 1, "prediction")),
        ({"probabilities": {"delayed": 2, "on_time": 0}}, ("predictions", 1, "probabilities")),
        ({"probabilities": {"delayed": 1}}, ("predictions", 1, "probabilities")),
        ({"probabilities": [0, 1]}, ("predictions", 1, "probabilities")),
        ({"predicted_at": "yesterday"}, ("predictions", 1, "predicted_at")),
        ({"predicted_at": "2026-02-01T12:00:00"}, ("predictions", 1, "predicted_at")),
        ({"predicted_at": "0001-01-01T00:00:00+14:00"}, ("predictions", 1, "predicted_at")),
        ({"predicted_at": "9999-12-31T23:59:59-14:00"}, ("predictions", 1, "predicted_at")),
        ({"predicted_at": 5}, ("predictions", 1, "predicted_at")),
        ({"prediction_id": 5}, ("ids", 1)),
        ({"surprise": 5}, ("predictions", 1)),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_logged(classifier, change, loc):
    good = ROW | {"prediction_id": "theirs-0"}
    with pytest.raises(InvalidRows) as refused:
        services.record_predictions(model=classifier, rows=[good, ROW | change])

    assert refused.value.faults[0].loc == loc
    assert Prediction.objects.count() == 0
