"""The prediction log is a source like any other: checks run on it."""

import pyarrow.parquet as pq
import pytest

from models_registry import services
from models_registry.services.log_origin import LogParams, PredictionLogOrigin
from quality import services as quality
from quality.origins import ORIGINS, FetchError
from tests.models_registry.flights import FLIGHT


def fetched(folder, cursor=None, **config):
    origin = PredictionLogOrigin()
    return origin.fetch(
        LogParams("flight-delayed", **config), cursor=cursor or {}, into=folder, progress=lambda *_: None
    )


def test_a_run_checks_the_newest_predictions_with_their_truth(classifier, drain, client_as, user):
    services.predict(model=classifier, instances=[FLIGHT] * 30, ids=[f"p{i}" for i in range(30)])
    services.record_actuals(model=classifier, rows=[{"prediction_id": "p0", "actual": "delayed"}])
    source = quality.create_source(
        name="asked", kind="predictions", config={"model": "flight-delayed", "rows": 100}, by=user("editor")
    )
    run = quality.request_run(source)
    drain()
    run.refresh_from_db()

    assert (run.state, run.rows) == ("succeeded", 30)
    columns = client_as("viewer").get(f"/quality/sources/{source.pk}/columns/").content.decode()
    assert all(name in columns for name in ("dep_delay", "prediction", "actual", "predicted_at"))
    assert "Predictions of a model" in client_as("editor").get("/quality/sources/new/").content.decode()


def test_only_a_log_that_changed_is_written_again(classifier, tmp_path):
    with pytest.raises(FetchError, match="its log is empty"):
        fetched(tmp_path)
    services.predict(model=classifier, instances=[FLIGHT] * 3, ids=["a", "b", "c"])
    first = fetched(tmp_path, rows=2)
    table = pq.read_table(first.path)
    assert (table.num_rows, table.schema.field("dep_delay").type) == (2, "double")

    assert fetched(tmp_path, first.cursor).path is None
    services.record_actuals(model=classifier, rows=[{"prediction_id": "a", "actual": "delayed"}])
    assert fetched(tmp_path, first.cursor).path is not None


def test_looking_says_what_a_fetch_would_meet_or_that_there_is_no_such_model(classifier):
    origin = ORIGINS["predictions"]
    assert origin.look(LogParams("flight-delayed")) == "0 predictions of flight-delayed, with 6 features."
    with pytest.raises(FetchError, match="no model 'nobody'"):
        origin.look(LogParams("nobody"))
