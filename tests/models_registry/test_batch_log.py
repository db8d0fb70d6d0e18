"""A request of many rows is kept as columns when it is answered, and as predictions soon after."""

import threading
from operator import attrgetter

import pytest
from django.db import connection

from models_registry import services
from models_registry.models import DriftRun, Prediction, PredictionBatch
from tests.models_registry.flights import FLIGHT, LATE, PUNCTUAL

ROWS = 120
ODD = LATE | {"dest": 'a "b"\\\t\nZürich 🛩'}


def asked(model, rows=(LATE, PUNCTUAL), **options) -> services.Predicted:
    instances = [rows[number % len(rows)] for number in range(ROWS)]
    return services.predict(model=model, instances=instances, **options)


def test_the_answer_is_kept_when_it_is_given_and_filed_like_any_other(classifier):
    rows = (LATE, ODD, PUNCTUAL)
    known = asked(classifier, rows, ids=[f"known-{number}" for number in range(ROWS)])
    answer = asked(classifier, rows)

    kept = PredictionBatch.objects.get()
    assert (Prediction.objects.count(), kept.rows) == (ROWS, ROWS)
    assert services.file_waiting() == ROWS

    log = Prediction.objects.in_bulk(field_name="pk").values()
    filed = {row.prediction_id: row for row in log}
    told = attrgetter("version_id", "features", "prediction", "probabilities", "actual")
    pairs = zip(known.prediction_ids, answer.prediction_ids, strict=True)
    assert all(told(filed[one]) == told(filed[other]) for one, other in pairs)
    batch = [filed[name] for name in answer.prediction_ids]
    times = {(row.predicted_at, row.latency_seconds) for row in batch}
    assert times == {(kept.predicted_at, kept.latency_seconds)}
    assert (services.file_waiting(), PredictionBatch.objects.count()) == (0, 0)


def test_numbers_have_no_probabilities_there_either(regressor):
    answer = asked(regressor)
    services.file_waiting()

    log = {row.prediction_id: row for row in Prediction.objects.all()}
    assert [log[name].prediction for name in answer.prediction_ids] == pytest.approx(answer.predictions)
    assert {row.probabilities for row in log.values()} == {None}


def test_truth_and_new_names_find_what_still_waits(classifier, api):
    names, url = asked(classifier).prediction_ids, f"/api/v1/model-monitoring/models/{classifier.name}"
    asked(classifier)
    told = [{"prediction_id": name, "actual": "delayed"} for name in (names[7], "nobody", f"{names[7]}00")]
    received = api("editor").post(f"{url}/actuals", {"actuals": told}, format="json").json()

    assert (received["recorded"], received["unknown"]) == (1, ["nobody", f"{names[7]}00"])
    assert Prediction.objects.get(prediction_id=names[7]).actual == "delayed"
    assert PredictionBatch.objects.count() == 1, "only the batch that was named is filed at once"

    waiting = f"{PredictionBatch.objects.get().key}-3"
    body = {"instances": [FLIGHT], "ids": [waiting]}
    refused = api("editor").post(f"{url}/predict", body, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "duplicate_id")


def test_a_worker_files_for_a_while_and_the_page_says_what_is_on_its_way(classifier, client_as):
    for _ in range(2):
        asked(classifier)
    viewer, url = client_as("viewer"), f"/models/{classifier.name}/predictions/"

    assert f"{2 * ROWS} predictions of large requests are being filed" in viewer.get(url).text
    assert services.file_waiting(seconds=0) == ROWS, "one at least, however little time there is"
    assert f"{ROWS} predictions of large requests are being filed" in viewer.get(url).text
    services.file_waiting()
    assert "being filed" not in viewer.get(url).text


def test_a_drift_check_and_an_erasure_look_at_what_waits_too(classifier, worker):
    asked(classifier)
    with worker():
        services.request_drift_run(version=classifier.champion, last=1000)
    assert DriftRun.objects.get().rows == ROWS

    asked(classifier, (ODD, PUNCTUAL))
    assert services.erase_values({ODD["dest"]}) == ROWS // 2
    assert Prediction.objects.count() == ROWS + ROWS // 2


def test_a_batch_that_cannot_be_filed_waits_on_alone(classifier):
    for _ in range(2):
        asked(classifier)
    broken = PredictionBatch.objects.order_by("pk").first()
    PredictionBatch.objects.filter(pk=broken.pk).update(content=b"broken")

    assert services.file_waiting() == ROWS
    told = [{"prediction_id": f"{broken.key}-0", "actual": "delayed"}]
    assert services.record_actuals(model=classifier, rows=told).unknown == (f"{broken.key}-0",)
    assert PredictionBatch.objects.get() == broken


@pytest.mark.django_db(transaction=True)
def test_two_workers_file_each_row_once(deploy):
    model = deploy().model
    for _ in range(4):
        asked(model)
    filed = []

    def work() -> None:
        try:
            filed.append(services.file_waiting())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(60)

    assert (sum(filed), Prediction.objects.count()) == (4 * ROWS, 4 * ROWS)
