"""Files of predictions made elsewhere and of their truth: what can be taken is, the rest is told by row."""

import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from models_registry import services
from models_registry.models import Correction, IngestRun, ModelPerformance, Prediction
from tests.models_registry.flights import FLIGHT, LATE

ROOT = "/api/v1/model-monitoring/models/flight-delayed"
HEADER = "dep_delay,distance,hour,carrier,origin,dest,prediction,probability_on_time,probability_delayed"
ROW = "24,1400,17,UA,EWR,IAH,delayed,0.25,0.75"


def csv(*lines, name="log.csv"):
    return SimpleUploadedFile(name, "\n".join(lines).encode() + b"\n")


def take(model, file, kind="predictions"):
    run = services.request_ingest(model=model, file=file, kind=kind)
    services.execute_ingest_run(run.pk)
    return IngestRun.objects.get(pk=run.pk)


def truths(*pairs):
    return csv("prediction_id,actual", *(f"{name},{actual}" for name, actual in pairs), name="truth.csv")


def counts(run):
    told = {kind: run.report[kind]["count"] for kind in ("duplicate", "unknown", "wrong")}
    return (run.report["rows"], run.report["recorded"]), {
        kind: count for kind, count in told.items() if count
    }


def test_a_row_of_a_file_is_logged_as_one_that_was_sent_as_json(classifier):
    said = {"prediction": "delayed", "probabilities": {"on_time": 0.25, "delayed": 0.75}}
    at = "2026-03-02T09:00:00Z"
    rows = [{"features": FLIGHT, "prediction_id": "json", "predicted_at": at, **said}]
    services.record_predictions(model=classifier, rows=rows)
    take(classifier, csv(f"{HEADER},prediction_id,predicted_at", f"{ROW},file,{at}"))

    kept = ("features", "prediction", "probabilities", "predicted_at", "actual", "latency_seconds", "version")
    by_json, by_file = (Prediction.objects.values(*kept).get(prediction_id=i) for i in ("json", "file"))
    assert by_json == by_file


def test_a_parquet_file_brings_its_own_types(classifier):
    columns = {name: [value] for name, value in FLIGHT.items()} | {"prediction": ["delayed"]}
    content = io.BytesIO()
    moment = pa.array([datetime(2026, 3, 2, 9, tzinfo=UTC)], pa.timestamp("ms", "UTC"))
    name = "tab\t, line\n, backslash\\ and \\N"
    pq.write_table(pa.table({**columns, "prediction_id": [name], "predicted_at": moment}), content)
    run = take(classifier, SimpleUploadedFile("log.parquet", content.getvalue()))

    assert counts(run) == ((1, 1), {})
    logged = Prediction.objects.get()
    assert (logged.features, logged.prediction, logged.probabilities) == (FLIGHT, "delayed", None)
    assert (logged.prediction_id, logged.predicted_at) == (name, datetime(2026, 3, 2, 9, tzinfo=UTC))


def test_wrong_rows_are_named_with_their_place_and_the_others_taken(classifier):
    wrong = [
        (ROW.replace("24,", "soon,", 1), "dep_delay is no number"),
        (ROW.replace(",17,", ",17.5,"), "hour is no whole number"),
        (ROW.replace("1400", ""), "distance is missing"),
        (ROW.replace("EWR", "BER"), "origin is an unknown category"),
        (ROW.replace(",delayed,", ",cancelled,"), "prediction is no class; give one of on_time, delayed"),
        (ROW.replace("0.75", "1.75"), "probability_delayed is not from 0 to 1"),
        (ROW.replace("24,", "1e200,", 1), "dep_delay is not finite or too large"),
    ]
    run = take(classifier, csv(HEADER, ROW, *(row for row, _ in wrong), ROW))

    assert counts(run) == ((9, 2), {"wrong": 7})
    assert run.report["wrong"]["first"] == [
        {"row": place, "message": message} for place, (_, message) in enumerate(wrong, start=2)
    ]


def test_the_same_file_twice_leaves_one_log_and_used_ids_are_told(classifier):
    file = (f"{HEADER},prediction_id", f"{ROW},a", f"{ROW},b", f"{ROW},a")
    first, second = take(classifier, csv(*file)), take(classifier, csv(*file))
    assert counts(first) == ((3, 2), {"duplicate": 1})
    assert counts(second) == ((3, 0), {"duplicate": 3})
    assert second.report["duplicate"]["first"] == ["a", "b", "a"]

    without_ids = [take(classifier, csv(HEADER, ROW, ROW)) for _ in range(2)]
    assert [run.report["recorded"] for run in without_ids] == [2, 0]


def test_truth_from_a_file_is_joined_measured_and_its_corrections_keep_history(classifier, worker):
    services.predict(model=classifier, instances=[LATE] * 2, ids=["a", "b"])
    take(classifier, truths(("a", "delayed"), ("b", "delayed")), "actuals")
    with worker():
        run = take(
            classifier,
            truths(("a", "on_time"), ("b", "delayed"), ("x", "delayed"), ("a", "delayed"), ("b", "never")),
            "actuals",
        )

    assert counts(run) == ((5, 2), {"duplicate": 1, "unknown": 1, "wrong": 1})
    assert (run.report["replaced"], run.report["unknown"]["first"]) == (1, ["x"])
    assert dict(Prediction.objects.values_list("prediction_id", "actual")) == {"a": "on_time", "b": "delayed"}
    kept = Correction.objects.get()
    assert (kept.prediction.prediction_id, kept.actual) == ("a", "delayed")
    assert ModelPerformance.objects.get(kind="realised").metrics["accuracy"] == 0.5


def test_a_correction_by_json_keeps_history_too(classifier):
    services.predict(model=classifier, instances=[LATE], ids=["a"])
    for actual in ("delayed", "delayed", "on_time"):
        services.record_actuals(model=classifier, rows=[{"prediction_id": "a", "actual": actual}])
    assert [kept.actual for kept in Correction.objects.all()] == ["delayed"]


def test_the_truth_of_numbers_is_a_number(regressor):
    services.predict(model=regressor, instances=[LATE] * 2, ids=["a", "b"])
    run = take(regressor, truths(("a", "-5.5"), ("b", "late")), "actuals")
    assert counts(run) == ((2, 1), {"wrong": 1})
    assert Prediction.objects.get(prediction_id="a").actual == -5.5


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (csv("distance,prediction", "1,delayed"), "The file has no column dep_delay, hour"),
        (csv(f"{HEADER},gate", f"{ROW},7"), "Nobody knows the column gate"),
        (csv(HEADER.rpartition(",")[0], ROW.rpartition(",")[0]), "Give all of probability_on_time"),
    ],
)
def test_a_file_with_other_columns_is_refused_with_the_name(classifier, file, said):
    run = take(classifier, file)
    assert run.state == "failed"
    assert said in run.error


def test_a_script_sends_files_and_follows_them(api, classifier, drain):
    client = api()
    sent = client.post(f"{ROOT}/predictions", {"file": csv(f"{HEADER},prediction_id", f"{ROW},a")})
    assert (sent.status_code, sent.json()["status"]) == (202, "queued")
    drain()
    truth = client.post(f"{ROOT}/actuals", {"file": truths(("a", "delayed"))})
    drain()

    assert client.get(sent.headers["Location"]).json()["report"]["recorded"] == 1
    assert client.get(truth.headers["Location"]).json()["report"]["recorded"] == 1
    assert [run["kind"] for run in client.get(f"{ROOT}/files").json()["results"]] == [
        "actuals",
        "predictions",
    ]
    assert api("viewer").post(f"{ROOT}/actuals", {"file": truths(("a", "x"))}).status_code == 403


def test_a_person_hands_a_file_in_and_sees_what_became_of_its_rows(client_as, classifier, drain):
    editor = client_as("editor")
    form = {"file": csv(HEADER, ROW, ROW.replace("EWR", "BER")), "kind": "predictions"}
    assert editor.post("/models/flight-delayed/files/", form).status_code == 302
    drain()

    page = editor.get("/models/flight-delayed/files/").content.decode()
    assert "Row 2: origin is an unknown category" in page
    assert client_as("viewer").post("/models/flight-delayed/files/", form).status_code == 403
