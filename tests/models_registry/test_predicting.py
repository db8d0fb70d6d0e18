"""Answers are held to the signature and logged, all of a request or none."""

import re
import uuid

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dataops.web import metrics
from models_registry import services
from models_registry.formats.base import BrokenArtifact
from models_registry.formats.faults import InvalidRows
from models_registry.models import Model, Prediction, RequestCount
from models_registry.services import predicting, request_counts
from tests.models_registry.flights import FLIGHT, LATE, PUNCTUAL


def test_a_classifier_answers_with_a_class_and_the_chance_of_each(classifier):
    answer = services.predict(model=classifier, instances=[LATE, PUNCTUAL])

    assert answer.predictions == ["delayed", "on_time"]
    assert set(answer.probabilities[0]) == {"on_time", "delayed"}
    assert sum(answer.probabilities[0].values()) == pytest.approx(1)
    assert answer.probabilities[0]["delayed"] > 0.9 > 0.2 > answer.probabilities[1]["delayed"]


def test_a_regressor_answers_with_numbers_alone(regressor):
    answer = services.predict(model=regressor, instances=[LATE, PUNCTUAL])

    assert answer.probabilities is None
    assert answer.predictions[0] - answer.predictions[1] == pytest.approx(125, rel=0.1)


def test_every_answer_is_logged_with_what_was_asked(classifier):
    answer = services.predict(model=classifier, instances=[LATE | {"hour": 17.0}])

    row = Prediction.objects.get()
    assert row.prediction_id == answer.prediction_ids[0] == str(uuid.UUID(row.prediction_id))
    assert (row.features, row.prediction) == (LATE, "delayed")
    assert row.probabilities == answer.probabilities[0]
    assert row.version == classifier.champion
    assert 0 < row.latency_seconds < 5
    assert row.actual_at is None


def test_the_caller_may_name_the_predictions(classifier):
    services.predict(model=classifier, instances=[LATE, PUNCTUAL], ids=["order-1", "order-2"])

    assert set(Prediction.objects.values_list("prediction_id", flat=True)) == {"order-1", "order-2"}


def test_the_same_name_may_be_used_by_two_models(classifier, regressor):
    for model in (classifier, regressor):
        services.predict(model=model, instances=[FLIGHT], ids=["order-1"])
    assert Prediction.objects.count() == 2


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["old", "new"], r'ids\[0\]: "old" is the id of an earlier prediction'),
        (["a", "a"], r'ids\[1\]: "a" is there twice'),
        (["a", ""], r"ids\[1\]: the id is \"\"; give a text of 1 to 64 characters"),
        (["a", 5], r"ids\[1\]: the id is 5; give a text"),
        (["a", "x" * 65], r"ids\[1\]: the id is"),
        (["a", "b\0"], r"ids\[1\]: the id is"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_logged(classifier, ids, said):
    services.predict(model=classifier, instances=[FLIGHT], ids=["old"])

    with pytest.raises(InvalidRows, match=said):
        services.predict(model=classifier, instances=[FLIGHT, LATE], ids=ids)
    assert Prediction.objects.count() == 1


def test_there_must_be_a_name_for_each_instance(classifier):
    with pytest.raises(services.NotAccepted, match="1 ids for 2 instances"):
        services.predict(model=classifier, instances=[FLIGHT, LATE], ids=["a"])


def test_one_wrong_instance_keeps_the_whole_request_out_of_the_log(classifier):
    with pytest.raises(InvalidRows, match=r'instances\[1\]: origin is "LAX"; give one of EWR, JFK, LGA'):
        services.predict(model=classifier, instances=[FLIGHT, FLIGHT | {"origin": "LAX"}])
    assert Prediction.objects.count() == 0


def test_what_the_policy_accepts_and_the_model_cannot_compute_with_is_named(classifier, regressor):
    for model in (classifier, regressor):
        services.update_model(model=model, by=None, policy="accept")
        with pytest.raises(InvalidRows, match=r"instances\[1\]: dep_delay is null; give a finite number"):
            services.predict(model=model, instances=[FLIGHT, FLIGHT | {"dep_delay": None}])
    assert Prediction.objects.count() == 0


def test_a_destination_that_training_never_saw_is_answered(classifier):
    answer = services.predict(model=classifier, instances=[LATE | {"dest": "ZRH"}])
    assert answer.predictions == ["delayed"]


def test_absurd_but_finite_numbers_are_answered(classifier, regressor):
    absurd = FLIGHT | {"dep_delay": 1e149}
    assert services.predict(model=classifier, instances=[absurd]).predictions == ["delayed"]
    assert services.predict(model=regressor, instances=[absurd]).predictions[0] > 1e148


def test_an_empty_or_endless_request_is_refused(classifier, settings):
    settings.MAX_PREDICT_INSTANCES = 2
    with pytest.raises(services.NotAccepted, match="give at least one"):
        services.predict(model=classifier, instances=[])
    with pytest.raises(services.NotAccepted, match="3 instances at once; send at most 2") as refused:
        services.predict(model=classifier, instances=[FLIGHT] * 3)
    assert refused.value.location == "instances"


def test_a_model_without_a_champion_says_what_to_do(db):
    services.deploy_model(template="flight-delayed")
    with pytest.raises(services.NotPossible, match="has no champion yet; wait for its deployment"):
        services.predict(model=Model.objects.get(), instances=[FLIGHT])


def test_a_promoted_version_answers_from_the_next_request_on(deploy, user):
    first, second = deploy(), deploy()
    services.promote_version(version=second, alias="champion", reason="a try", by=user("operator"))

    model = Model.objects.get()
    assert services.predict(model=model, instances=[FLIGHT]).version == second
    assert services.predict(model=model, instances=[FLIGHT], version=first).version == first


def test_an_artifact_that_was_tampered_with_never_answers(classifier, settings):
    stored = settings.MEDIA_ROOT / classifier.champion.serving_name
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes() + b"!")

    with pytest.raises(BrokenArtifact, match="deploy the model again"):
        services.predict(model=classifier, instances=[FLIGHT])


@pytest.mark.parametrize("count", [1, 80])
def test_a_request_costs_the_same_queries_whatever_its_length(
    classifier, count, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        services.predict(model=classifier, instances=[FLIGHT] * count)


def test_how_requests_end_is_told_by_version_without_a_write_each(classifier, api, client_as, monkeypatch):
    client, url = api("editor"), f"/api/v1/model-monitoring/models/{classifier.name}"
    for instance in [FLIGHT, LATE, PUNCTUAL, FLIGHT | {"distance": "far"}]:
        client.post(f"{url}/predict", {"instances": [instance]}, format="json")
    monkeypatch.setattr(predicting, "append_to_log", lambda *_: 1 / 0)
    client.raise_request_exception = False
    assert client.post(f"{url}/predict", {"instances": [FLIGHT]}, format="json").status_code == 500
    assert not RequestCount.objects.exists()
    request_counts.write_counts(every=0)

    (told,) = client.get(f"{url}/use").json()
    assert told["requests_7d"] == {"answered": 3, "refused": 1, "failed": 1}
    assert (told["refused_fraction"], told["failed_fraction"]) == (0.2, 0.2)
    assert told["latency_p95_seconds"] > 0
    page = client_as("viewer").get(f"/models/{classifier.name}/performance/").content.decode()
    assert re.search(r'data-label="Refused">20', page)
    families = text_string_to_metric_families(metrics.text().decode())
    found = {s.labels["outcome"]: s.value for f in families for s in f.samples if "predict" in s.name}
    assert found == {"answered": 3, "refused": 1, "failed": 1}
