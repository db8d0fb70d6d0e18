"""Open Inference Protocol v2: what standard clients send and expect."""

import json

import pytest
from skl2onnx import to_onnx
from sklearn.linear_model import LinearRegression

from models_registry import services
from models_registry.models import Model, Prediction
from tests.models_registry.flights import FLIGHT, LATE, PUNCTUAL
from tests.models_registry.uploads import FLATS, upload

MODEL = "/v2/models/flight-delayed"
DATATYPES = {float: "FP64", int: "INT64", str: "BYTES"}


def tensors(*instances, **changed):
    return [
        {
            "name": name,
            "shape": [len(instances)],
            "datatype": DATATYPES[type(value)],
            "data": [instance[name] for instance in instances],
        }
        | changed.get(name, {})
        for name, value in instances[0].items()
    ]


def infer(client, inputs, path=f"{MODEL}/infer", **more):
    body = json.dumps({"inputs": inputs, **more})
    return client.post(path, body, content_type="application/json")


def test_the_server_tells_that_it_lives_without_a_token(client, db):
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2").status_code == 401


def test_the_server_and_its_models_tell_what_they_are(classifier, api):
    script = api("viewer")
    assert script.get("/v2").json()["name"] == "dataops-inspector"

    told = script.get(MODEL).json()
    assert (told["name"], told["versions"], told["platform"]) == ("flight-delayed", ["1"], "onnx_onnxv1")
    assert told["inputs"][0] == {"name": "dep_delay", "datatype": "FP64", "shape": [-1]}
    assert told["inputs"][3] == {"name": "carrier", "datatype": "BYTES", "shape": [-1]}
    assert [output["name"] for output in told["outputs"]] == ["label", "probabilities"]
    assert script.get(f"{MODEL}/versions/1").json() == told


def test_tensors_are_answered_by_tensors_and_logged(classifier, api):
    answer = infer(api(), tensors(LATE, PUNCTUAL), id="call 7").json()

    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("flight-delayed", "1", "call 7")
    labels, chances = answer["outputs"]
    assert (labels["name"], labels["datatype"], labels["shape"]) == ("label", "BYTES", [2])
    assert labels["data"] == ["delayed", "on_time"]
    assert (chances["shape"], chances["parameters"]["classes"]) == ([2, 2], ["on_time", "delayed"])
    same = services.predict(model=classifier, instances=[LATE, PUNCTUAL]).probabilities
    assert chances["data"] == [row[name] for row in same for name in ("on_time", "delayed")]
    logged = Prediction.objects.filter(prediction_id__in=answer["parameters"]["prediction_ids"])
    assert {row.features["dep_delay"] for row in logged} == {120.0, -5.0}


def test_columns_may_be_n_by_1_and_data_nested(classifier, api):
    nested = tensors(LATE, PUNCTUAL, dep_delay={"shape": [2, 1], "data": [[120.0], [-5.0]]})
    assert infer(api(), nested).json()["outputs"][0]["data"] == ["delayed", "on_time"]


def test_only_the_outputs_asked_for_are_answered(classifier, api):
    answer = infer(api(), tensors(LATE), outputs=[{"name": "label"}]).json()
    assert [output["name"] for output in answer["outputs"]] == ["label"]


def test_a_model_of_numbers_takes_one_matrix(db, api):
    rooms = FLATS[["area", "rooms"]].to_numpy()
    graph = to_onnx(LinearRegression().fit(rooms, rooms[:, 0] * 10), rooms[:1])
    run = services.deploy_artifact(
        name="rent", task="regression", file=upload(graph.SerializeToString(), "rent.onnx")
    )
    services.execute_deploy_run(run.pk)
    matrix = [{"name": "X", "shape": [2, 2], "datatype": "FP64", "data": [[50, 2], [80, 3]]}]

    (output,) = infer(api(), matrix, "/v2/models/rent/infer").json()["outputs"]
    assert (output["name"], output["shape"]) == ("prediction", [2])
    assert output["data"] == pytest.approx([500, 800])


def test_a_version_may_be_named(deploy, api):
    deploy(), deploy()
    script = api()

    assert infer(script, tensors(FLIGHT), f"{MODEL}/versions/2/infer").json()["model_version"] == "2"
    assert script.get(f"{MODEL}/versions/2/ready").json() == {"name": "flight-delayed", "ready": True}
    assert infer(script, tensors(FLIGHT), f"{MODEL}/versions/9/infer").status_code == 404


def test_a_model_that_cannot_answer_is_not_ready(classifier, api):
    assert api().get(f"{MODEL}/ready").status_code == 200
    services.update_model(model=classifier, by=None, archived=True)

    assert api().get(f"{MODEL}/ready").status_code == 503
    assert infer(api(), tensors(FLIGHT)).status_code == 409


def test_a_sticky_id_meets_the_challenger(deploy, api):
    first, second = deploy(), deploy()
    services.promote_version(version=second, alias="challenger", reason="a try", by=None)
    services.update_model(model=Model.objects.get(), by=None, challenger_fraction=1.0)

    answer = infer(api(), tensors(FLIGHT), parameters={"sticky_id": "ada"})
    assert (answer.json()["model_version"], first.number) == ("2", 1)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([], "give a list of tensors"),
        ([1], "give a list of tensors"),
        ([{"name": "colour", "shape": [1], "datatype": "BYTES", "data": ["red"]}], "'colour' is no feature"),
        (tensors(FLIGHT, hour={"datatype": "BYTES"}), "hour: the datatype is 'BYTES'; give one of FP16"),
        (tensors(FLIGHT, hour={"shape": [2]}), "hour: 1 values for the shape [2]"),
        (tensors(FLIGHT, hour={"shape": [1, 2]}), "hour: the shape is [1, 2]; give [n] or [n, 1]"),
        (tensors(FLIGHT, hour={"shape": "1"}), "hour: shape is no list"),
        (tensors(FLIGHT, hour={"data": None}), "the binary form of the protocol is not taken"),
        (tensors(FLIGHT, hour={"shape": [2], "data": [1, 2]}), "differ in length"),
        (tensors(FLIGHT, origin={"data": ["LAX"]}), 'origin is "LAX"; give one of'),
        (tensors(FLIGHT, hour={"data": [float("nan")]}), "hour is NaN; give a whole number"),
        (tensors({"hour": 5}), "dep_delay is missing"),
    ],
)
def test_what_is_wrong_is_said_as_the_protocol_says_errors(classifier, api, inputs, said):
    answer = infer(api(), inputs)

    assert answer.status_code == 422
    assert answer.json().keys() == {"error"}
    assert said in answer.json()["error"]
    assert Prediction.objects.count() == 0


def test_as_many_wrong_values_are_named_as_predict_names(classifier, api):
    flights = [FLIGHT | {"origin": f"X{row}"} for row in range(25)]
    body = json.dumps({"instances": flights})
    path = f"/api/v1/model-monitoring/models/{classifier.name}/predict"
    named = api().post(path, body, content_type="application/json").json()["errors"]
    lines = infer(api(), tensors(*flights)).json()["error"].splitlines()

    assert len(lines) == len(named) == 20
    assert lines[0].endswith("(24 more)")
    assert lines[1:] == [f"instances[{row}]: {error['msg']}" for row, error in enumerate(named) if row]


@pytest.mark.parametrize(("role", "scope"), [("viewer", "write"), ("editor", "read")])
def test_who_may_not_predict_may_not_infer(classifier, api, role, scope):
    answer = infer(api(role, scope=scope), tensors(FLIGHT))
    assert (answer.status_code, list(answer.json())) == (403, ["error"])
