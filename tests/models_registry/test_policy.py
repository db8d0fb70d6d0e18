"""What becomes of values that break the signature is set per model; what is accepted is counted."""

import pytest

from models_registry import services
from models_registry.enums import SignaturePolicy
from models_registry.formats.faults import InvalidRows
from models_registry.formats.instances import Gate
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.models import Model, Prediction, ViolationCount
from tests.models_registry.flights import FLIGHT, LATE

MODEL = "/api/v1/model-monitoring/models/flight-delayed"
FAR = FLIGHT | {"distance": 40_000.0}
SIGNATURE = Signature(
    (
        Feature("age", FeatureType.NUMBER, minimum=0, maximum=120),
        Feature("rooms", FeatureType.INTEGER, minimum=1, maximum=9),
        Feature("town", FeatureType.TEXT, categories=("Ulm", "Bonn")),
    )
)
GOOD = {"age": 5, "rooms": 3, "town": "Ulm"}


def with_policy(model: Model, policy: str) -> Model:
    return services.update_model(model=model, by=None, policy=policy)


def test_by_default_what_is_out_of_range_is_answered_and_counted(classifier):
    answer = services.predict(model=classifier, instances=[FAR, FLIGHT, FAR])

    assert answer.violations == {"distance": {"out_of_range": 2}}
    services.predict(model=classifier, instances=[FAR])
    row = ViolationCount.objects.get()
    assert (row.version, row.feature, row.code, row.count) == (
        classifier.champion, "distance", "out_of_range", 3,
    )  # fmt: skip


def test_a_strict_model_names_what_is_out_of_range(classifier):
    strict = with_policy(classifier, SignaturePolicy.STRICT)
    with pytest.raises(
        InvalidRows, match=r"instances\[1\]: distance is 40000.0; in training it was 80 to"
    ) as no:
        services.predict(model=strict, instances=[FLIGHT, FAR])

    assert no.value.faults[0].code == "out_of_range"
    assert Prediction.objects.count() == ViolationCount.objects.count() == 0


def test_an_accepting_model_answers_an_unknown_category_and_counts_it(classifier):
    accepting = with_policy(classifier, SignaturePolicy.ACCEPT)
    answer = services.predict(model=accepting, instances=[LATE | {"origin": "LAX"}, LATE])

    assert answer.predictions == ["delayed", "delayed"]
    assert answer.violations == {"origin": {"unknown_category": 1}}
    assert Prediction.objects.order_by("pk").first().features["origin"] == "LAX"


def test_what_the_model_cannot_compute_with_is_refused_even_when_accepted(classifier):
    accepting = with_policy(classifier, SignaturePolicy.ACCEPT)
    with pytest.raises(InvalidRows, match=r"dep_delay is .late."):
        services.predict(model=accepting, instances=[LATE | {"dep_delay": "late"}])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"age": None}, "required"),
        ({"age": float("nan")}, "not_finite"),
        ({"town": "Rome"}, "unknown_category"),
    ],
)
def test_accepted_values_are_counted_by_what_was_wrong(value, code):
    checked = Gate(SIGNATURE).check([GOOD, GOOD | value], accept=True)

    (feature,) = value
    assert dict(checked.broken) == {(feature, code): 1}
    assert checked.columns["age"][0] == 5.0
    assert len(checked.columns[feature]) == 2


def test_a_left_out_feature_is_missing_to_an_accepting_model():
    checked = Gate(SIGNATURE).check([{"rooms": 3, "town": "Ulm"}], accept=True)
    assert (checked.columns["age"], dict(checked.broken)) == ([None], {("age", "required"): 1})


@pytest.mark.parametrize("policy", SignaturePolicy.values)
def test_the_policy_is_set_by_page_and_api(classifier, client_as, api, policy):
    assert api("viewer").patch(MODEL, {"policy": policy}, format="json").status_code == 403
    assert api().patch(MODEL, {"policy": policy}, format="json").json()["policy"] == policy

    told = {"policy": policy, "challenger_fraction": 0, "tags": "a, b", "description": "flights"}
    assert client_as("viewer").post("/models/flight-delayed/settings/about/", told).status_code == 403
    assert client_as("editor").post("/models/flight-delayed/settings/about/", told).status_code == 302
    model = Model.objects.get()
    assert (model.policy, model.tags, model.description) == (policy, ["a", "b"], "flights")


def test_the_api_tells_what_was_accepted(classifier, api):
    answer = api().post(f"{MODEL}/predict", {"instances": [FAR]}, format="json")
    assert answer.json()["violations"] == {"distance": {"out_of_range": 1}}


def test_an_archived_model_answers_no_more_until_it_is_brought_back(classifier, api):
    client = api()
    assert client.patch(MODEL, {"archived": True}, format="json").json()["archived_at"]
    assert client.post(f"{MODEL}/predict", {"instances": [FLIGHT]}, format="json").status_code == 409

    assert client.patch(MODEL, {"archived": False}, format="json").json()["archived_at"] is None
    assert client.post(f"{MODEL}/predict", {"instances": [FLIGHT]}, format="json").status_code == 200
