"""Batch scoring: a data source in, a source with predictions out."""

import json

import pandas as pd
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dataops.web import storage
from dataops.web.runs import RunState
from models_registry import services
from models_registry.models import Prediction, ScoringRun
from quality import services as quality
from quality.models import DataSource
from tests.models_registry.flights import FLIGHT, LATE, PUNCTUAL

MODEL = "/api/v1/model-monitoring/models/flight-delayed"
ROWS = [LATE | {"flight": "UA1"}, PUNCTUAL | {"flight": "UA2"}, LATE | {"flight": "UA3", "origin": "LAX"}]


@pytest.fixture
def flights(db, user) -> DataSource:
    content = pd.DataFrame(ROWS).to_csv(index=False).encode()
    file = SimpleUploadedFile("flights.csv", content)
    return quality.receive_upload(file=file, source_name="flights", by=user("editor")).source


def scored(run: ScoringRun) -> pd.DataFrame:
    return pd.read_parquet(storage.path_of(run.output.snapshots.get().storage_name))


def finished(run: ScoringRun) -> ScoringRun:
    services.execute_scoring_run(run.pk)
    return ScoringRun.objects.select_related("output").get(pk=run.pk)


def test_every_row_comes_back_with_its_prediction_or_the_reason_for_none(classifier, flights):
    run = finished(services.request_scoring(version=classifier.champion, source=flights))

    assert (run.state, run.error, run.rows, run.refused) == (RunState.SUCCEEDED, "", 3, 1)
    assert run.output.name == "flights by flight-delayed"
    table = scored(run)
    assert list(table["flight"]) == ["UA1", "UA2", "UA3"]
    assert list(table["prediction"])[:2] == ["delayed", "on_time"]
    assert pd.isna(table["prediction"][2])
    assert table["prediction_error"][2].startswith('origin is "LAX"; give one of')
    asked = services.predict(model=classifier, instances=[LATE, PUNCTUAL]).probabilities
    assert list(table["probability_delayed"])[:2] == pytest.approx([row["delayed"] for row in asked])


def test_an_accepting_model_scores_unknown_categories_too(classifier, flights):
    services.update_model(model=classifier, by=None, policy="accept")
    run = finished(services.request_scoring(version=classifier.champion, source=flights))

    assert (run.rows, run.refused) == (3, 0)


def test_scored_twice_the_output_has_one_dataset(classifier, flights):
    runs = [finished(services.request_scoring(version=classifier.champion, source=flights)) for _ in range(2)]
    services.execute_scoring_run(runs[0].pk)

    assert runs[0].output == runs[1].output
    assert runs[0].output.snapshots.count() == 1
    assert Prediction.objects.count() == 0


def test_data_without_a_needed_column_is_refused_by_name(classifier, user):
    file = SimpleUploadedFile("few.csv", b"dep_delay,distance\n1,2\n")
    source = quality.receive_upload(file=file, source_name="few", by=user("editor")).source
    run = finished(services.request_scoring(version=classifier.champion, source=source))

    assert (run.state, run.error_code) == (RunState.FAILED, "not_accepted")
    assert "no column hour, carrier, origin, dest" in run.error


@pytest.mark.parametrize(("target", "said"), [("flights", "own source")])
def test_a_source_is_not_scored_into_itself(classifier, flights, target, said):
    with pytest.raises(services.NotAccepted, match=said):
        services.request_scoring(version=classifier.champion, source=flights, target_name=target)


def test_a_source_without_data_cannot_be_scored(classifier):
    with pytest.raises(services.NotPossible, match="no data at hand"):
        services.request_scoring(version=classifier.champion, source=DataSource.objects.create(name="empty"))


def test_by_api(classifier, flights, api, client_as, drain):
    client = api()
    answer = client.post(f"{MODEL}/scorings", {"source": "flights", "target": "late"}, format="json")
    assert answer.status_code == 202
    drain()

    told = client.get(answer["Location"]).json()
    assert (told["status"], told["rows"], told["output"]["name"]) == ("succeeded", 3, "late")
    assert client.get(f"{MODEL}/scorings").json()["count"] == 1
    assert client.post(f"{answer['Location']}/cancel").status_code == 409
    quality.delete_source(flights, by=None)
    assert client.get(answer["Location"]).json()["source"] == "flights"
    assert "flights" in client_as().get("/models/flight-delayed/scoring/").content.decode()
    assert client.post(f"{MODEL}/scorings", {"source": "gone"}, format="json").status_code == 404
    assert api("viewer").post(f"{MODEL}/scorings", {"source": "flights"}, format="json").status_code == 403


def test_by_page(classifier, flights, client_as, drain):
    page = "/models/flight-delayed/scoring/"
    assert client_as("viewer").post(page, {"source": flights.pk}).status_code == 403
    assert client_as("editor").post(page, {"source": flights.pk}).status_code == 302
    drain()

    assert "flights by flight-delayed" in client_as().get(page).content.decode()


def test_two_versions_stand_side_by_side_on_the_page_and_in_the_api(deploy, client_as, api):
    first, second = deploy(), deploy()
    services.promote_version(version=second, alias="shadow", reason="a try", by=None)
    services.predict(model=first.model, instances=[FLIGHT, LATE])
    services.ask_shadows()

    told = api("viewer").get(f"{MODEL}/versions/1/compare/2").json()
    assert (told["left"], told["right"], told["signature"]) == (1, 2, [])
    traffic = {pair["name"]: (pair["left"], pair["right"]) for pair in told["traffic"]}
    assert traffic["predictions"] == (2, 0)
    assert traffic["same class as was answered"] == (None, 1.0)
    assert {pair["difference"] for pair in told["metrics"]} == {0}

    page = client_as().get("/models/flight-delayed/compare/?left=1&right=2").content.decode()
    assert "Both take the same features." in page
    assert "v1" in page
    assert "v2" in page


def test_what_changed_in_a_signature_is_said(deploy):
    first, second = deploy(), deploy()
    second.signature = json.loads(json.dumps(second.signature).replace('"hour"', '"minute"'))
    second.signature["features"][0]["required"] = False

    assert services.compare_versions(first, second).signature == [
        "dep_delay: required was True, is False",
        "hour is asked no more",
        "minute is new",
    ]
