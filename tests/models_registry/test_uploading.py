"""A model trained elsewhere is tried in a process of its own, and answers or is refused with words."""

import io
import json
import pickle
import zlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from django.core.management import CommandError, call_command
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier

from dataops.engine import confine
from dataops.engine.profile import codec
from dataops.web.models import AuditEvent
from dataops.web.runs import RunState
from models_registry import services
from models_registry.enums import PerformanceKind, Runtime
from models_registry.formats.base import UnknownArtifact
from models_registry.models import AllowedType, DeployRun, Model, ModelVersion
from tests.models_registry.uploads import (
    DEAR,
    FLAT,
    FLATS,
    TRAINING,
    fitted,
    packed,
    reference_file,
    skops_file,
    upload,
)

NUMBERS = FLATS[["area", "rooms"]]
MLMODEL = """
flavors:
  sklearn: {serialization_format: %s, pickled_model: model.skops}
mlflow_version: 3.17.2
signature:
  inputs: >-
    [{"name": "area", "type": "double"}, {"name": "rooms", "type": "long"},
    {"name": "town", "type": "string"}]
"""


def deployed(file, **options) -> DeployRun:
    options = {"name": "flats", "task": "classification"} | options
    run = services.deploy_artifact(file=file, **options)
    services.execute_deploy_run(run.pk)
    return DeployRun.objects.select_related("version__model__champion").get(pk=run.pk)


def test_a_notebook_model_answers_as_it_did_there(db):
    run = deployed(skops_file(), reference=reference_file(), target="price", sample=[FLAT])

    assert (run.state, run.error) == (RunState.SUCCEEDED, "")
    version = run.version
    assert [(f["name"], f["type"], f["required"]) for f in version.signature["features"]] == [
        ("area", "number", True), ("rooms", "integer", True), ("town", "text", True),
    ]  # fmt: skip
    assert version.signature["features"][2]["categories"] == list(FLATS["town"].value_counts().index)
    assert (version.runtime, version.format) == (Runtime.ONNX, "skops")
    assert version.sample[0]["prediction"] == "dear"
    assert version.training_metrics["accuracy"] > 0.9
    assert version.performance.get(kind=PerformanceKind.TRAINING).rows == len(TRAINING)
    assert max(version.importances, key=version.importances.get) == "area"
    reference = codec.decode(bytes(version.reference_profile))
    assert (reference.rows, reference.names) == (1_500, ("area", "rooms", "town", "prediction"))

    answer = services.predict(model=version.model, instances=[FLAT])
    expected = fitted().predict_proba(pd.DataFrame([FLAT]))[0, 1]
    assert answer.probabilities[0]["dear"] == pytest.approx(expected, abs=1e-9)


def test_without_reference_data_the_original_serves_and_says_why(db):
    run = deployed(skops_file(), sample=[FLAT])

    assert (run.version.runtime, run.version.reference_profile) == (Runtime.ORIGINAL, b"")
    assert "takes 1,000 reference rows; there are 0" in run.version.runtime_reason
    assert services.predict(model=run.version.model, instances=[FLAT]).predictions == ["dear"]
    with pytest.raises(services.NotPossible, match="came without reference data"):
        services.request_drift_run(version=run.version)


def test_an_estimator_fitted_on_plain_arrays_takes_its_names_from_the_signature(db):
    forest = RandomForestRegressor(5, random_state=0).fit(NUMBERS.to_numpy(), FLATS["area"])
    names = {"features": [{"name": "area"}, {"name": "rooms", "type": "integer"}]}
    run = deployed(skops_file(forest), task="regression", signature=names)

    answer = services.predict(model=run.version.model, instances=[{"area": 50, "rooms": 2}])
    assert answer.predictions[0] == pytest.approx(50, abs=3)


def test_an_onnx_graph_is_served_as_it_is(db):
    forest = RandomForestClassifier(5, random_state=0).fit(NUMBERS.to_numpy(np.float32), DEAR)
    graph = to_onnx(forest, NUMBERS.to_numpy(np.float32)[:1], options={"zipmap": False})
    run = deployed(
        upload(graph.SerializeToString(), "flats.onnx"), reference=reference_file(NUMBERS.assign(price=DEAR)),
        target="price",
    )  # fmt: skip

    assert (run.error, run.version.format, run.version.runtime) == ("", "onnx", Runtime.ONNX)
    assert run.version.signature["classes"] == ["cheap", "dear"]
    answer = services.predict(model=run.version.model, instances=[{"area": 149, "rooms": 5}])
    assert answer.predictions == ["dear"]


def test_an_mlflow_directory_brings_its_signature(db):
    content = packed(MLmodel=MLMODEL % "skops", model__skops=skops.io.dumps(fitted()))
    run = deployed(upload(content, "model.zip"))

    assert (run.error, run.version.format) == ("", "skops")
    assert run.version.parameters["packed_by"] == "MLflow 3.17.2"
    assert services.predict(model=run.version.model, instances=[FLAT]).predictions == ["dear"]


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (MLMODEL % "cloudpickle", 'serialization_format="skops"'),
        ("flavors: {pytorch: {}}", "taken are onnx, and sklearn with skops"),
        ("[", "no YAML"),
    ],
    ids=["cloudpickle", "another flavour", "damaged"],
)
def test_an_mlflow_directory_that_is_not_taken_is_refused_at_the_door(api, about, said):
    file = upload(packed(MLmodel=about, model__skops=b""), "model.zip")
    told = {"file": file, "name": "flats", "task": "classification"}
    answer = api().post("/api/v1/model-monitoring/deploy", told, format="multipart")

    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["body", "file"])
    assert said in answer.json()["detail"]
    assert not Model.objects.exists()


def _joblib(model, **how):
    content = io.BytesIO()
    joblib.dump(model, content, **how)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps({"a": 1}),
        _joblib(Ridge()),
        *(_joblib(Ridge(), compress=(how, 3)) for how in ("zlib", "gzip", "bz2", "lzma", "xz")),
        zlib.compress(b"x" * 99),
    ],
    ids=["pickle", "joblib", "zlib joblib", "gzip joblib", "bz2 joblib", "lzma joblib", "xz joblib", "zlib"],
)
def test_a_pickle_is_refused_before_anything_is_stored(db, settings, content):
    with pytest.raises(UnknownArtifact, match=r"runs the code in it") as refused:
        services.deploy_artifact(name="flats", task="classification", file=upload(content))

    assert 'skops.io.dump(joblib.load("model.joblib"), "model.skops")' in str(refused.value)
    assert Model.objects.count() == 0
    assert not settings.MEDIA_ROOT.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": ""}, "'flats' is a new model: say its task, classification or regression"),
        ({"name": "allowed-types"}, "reserved"),
        ({"signature": {"features": ["area"]}}, "signature: give"),
        ({"sample": [1]}, "sample: give at most 100 instances"),
        ({"target": "price"}, "send that too"),
    ],
)
def test_a_request_that_cannot_work_is_refused_at_once(db, options, said):
    options = {"name": "flats", "task": "classification", "file": skops_file(Ridge())} | options
    with pytest.raises(services.NotAccepted, match=said):
        services.deploy_artifact(**options)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({"file": upload(b"\x08 no model", "m.onnx")}, "broken_artifact", "cannot be read as an ONNX model"),
        ({"task": "regression", "sample": [FLAT]}, "not_accepted", "The artifact does classification"),
        (
            {"sample": [FLAT, FLAT | {"town": "Rome"}], "reference": reference_file()},
            "invalid_rows",
            'sample[1]: town is "Rome"; give one of',
        ),
        ({"signature": {"features": [{"name": "area"}]}}, "bad_signature", "missing: rooms, town"),
        ({"reference": reference_file(), "target": "cost"}, "not_accepted", "no column 'cost'; it has area"),
    ],
)
def test_what_the_trial_finds_wrong_is_said_and_the_version_given_up(db, options, code, said):
    run = deployed(options.pop("file", None) or skops_file(), **options)

    assert (run.state, run.error_code) == (RunState.FAILED, code)
    assert said in run.error
    assert Model.objects.get().champion is None


def test_text_features_that_nothing_told_of_are_asked_for(db):
    assert "Give reference data, a sample, or a signature with their types." in deployed(skops_file()).error
    text = {"features": [{"name": "area"}, {"name": "rooms"}, {"name": "town", "type": "text"}]}
    assert deployed(skops_file(), signature=text).error == ""


def test_a_model_too_large_for_its_trial_is_given_up(db, settings):
    settings.MODEL_TRIAL_BYTES = 64 * 1024**2
    run = deployed(skops_file(), sample=[FLAT])

    assert (run.state, run.error_code) == (RunState.FAILED, "broken_artifact")


def test_a_trial_that_takes_too_long_is_ended(db, settings):
    settings.MODEL_TRIAL_SECONDS = 0
    run = deployed(skops_file(), sample=[FLAT])

    assert (run.state, run.error_code) == (RunState.FAILED, "broken_artifact")


def test_the_trial_sees_no_secret_of_the_product(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    assert "hush" not in confine.bare_environment(HOME="/tmp/trial").values()


def test_an_administrator_may_allow_a_type_and_take_it_back(db, user):
    admin = user("admin")
    near = KNeighborsClassifier(algorithm="kd_tree").fit(NUMBERS, DEAR)
    refused = deployed(skops_file(near), sample=[{"area": 149, "rooms": 5}])
    assert refused.error_code == "unsafe_artifact"
    assert "sklearn.neighbors._kd_tree.KDTree" in refused.error

    for name in ("sklearn.neighbors._kd_tree.KDTree", "sklearn.metrics._dist_metrics.EuclideanDistance64"):
        services.allow_type(name=name, reason="holds points", by=admin)
    run = deployed(skops_file(near), sample=[{"area": 149, "rooms": 5}])
    assert (run.error, run.version.sample[0]["prediction"]) == ("", "dear")

    services.disallow_type(row=AllowedType.objects.first(), by=admin)
    assert deployed(skops_file(near), sample=[{"area": 149, "rooms": 5}]).error_code == "unsafe_artifact"
    actions = list(
        AuditEvent.objects.filter(action__startswith="allowed_type").values_list("action", flat=True)
    )
    assert sorted(actions) == ["allowed_type.added", "allowed_type.added", "allowed_type.removed"]


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "subprocess.Popen", "Tree", "a b.c", "__main__.X"]
)
def test_what_can_run_code_is_not_allowed_by_anybody(db, user, name):
    with pytest.raises(services.NotAccepted):
        services.allow_type(name=name, reason="please", by=user("admin"))


def test_a_type_allowed_for_other_libraries_is_not_in_force(db, user, monkeypatch):
    row = services.allow_type(name="sklearn.x.Y", reason="data", by=user("admin"))
    assert "sklearn.x.Y" in services.allowed_types()

    AllowedType.objects.filter(pk=row.pk).update(libraries="scikit-learn 1.8, skops 0.16")
    assert "sklearn.x.Y" not in services.allowed_types()


def test_by_command(db, tmp_path, capsys):
    for name, file in {"flats.skops": skops_file(), "training.csv": reference_file()}.items():
        (tmp_path / name).write_bytes(file.read())
    (tmp_path / "sample.json").write_text(json.dumps([FLAT]))
    call_command(
        "deploy_model", tmp_path / "flats.skops", task="classification", target="price",
        reference=tmp_path / "training.csv", sample=tmp_path / "sample.json",
    )  # fmt: skip

    assert capsys.readouterr().out == "flats v1 is ready.\n"
    assert ModelVersion.objects.get().sample[0]["prediction"] == "dear"


def test_the_command_says_why_not(db, tmp_path):
    with pytest.raises(CommandError, match="neither a file nor a sample"):
        call_command("deploy_model", tmp_path / "gone.skops", task="regression")


@pytest.mark.parametrize(
    ("name", "content"),
    [("model.joblib", _joblib(fitted())), ("model.pkl", pickle.dumps(fitted()))],
    ids=["joblib", "pickle"],
)
def test_the_command_refuses_a_pickle_with_two_lines_that_convert_it(
    db, tmp_path, monkeypatch, name, content
):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    with pytest.raises(CommandError, match="whoever loads one runs the code in it") as refused:
        call_command("deploy_model", name, task="classification")

    lines = [line.strip() for line in str(refused.value).splitlines() if line.startswith("    ")]
    assert len(lines) == 2
    exec("\n".join(lines).replace("model.joblib", name), {})
    Path("sample.json").write_text(json.dumps([FLAT]))
    call_command("deploy_model", "model.skops", task="classification", sample=Path("sample.json"))
    assert ModelVersion.objects.get().is_ready


def test_by_api(api, drain):
    files = {"file": skops_file(), "reference": reference_file()}
    told = {"name": "flats", "task": "classification", "target": "price", "sample": json.dumps([FLAT])}
    client = api()
    answer = client.post("/api/v1/model-monitoring/deploy", files | told, format="multipart")
    assert answer.status_code == 202, answer.json()
    drain()

    assert client.get(answer["Location"]).json()["status"] == "succeeded"
    version = client.get("/api/v1/model-monitoring/models/flats/versions/1").json()
    assert (version["runtime"], version["sample"][0]["prediction"]) == ("onnxruntime", "dear")
    asked = client.post("/api/v1/model-monitoring/models/flats/predict", {"instances": [FLAT]}, format="json")
    assert asked.json()["predictions"] == ["dear"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "file"),
        ({"file": skops_file(Ridge()), "task": "regression"}, "name"),
        ({"template": "flight-delayed", "target": "x"}, "target"),
        ({"file": upload(pickle.dumps(1)), "name": "a", "task": "regression"}, "file"),
    ],
)
def test_the_api_names_what_is_missing(api, told, field):
    answer = api().post("/api/v1/model-monitoring/deploy", told, format="multipart")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", field]


def test_by_page(client_as, drain):
    told = {"file": skops_file(), "name": "flats", "task": "classification", "sample": json.dumps([FLAT])}
    answer = client_as("editor").post("/models/deploy/upload/", told)
    assert answer.status_code == 302
    drain()

    page = client_as().get(answer["Location"]).content.decode()
    assert "takes 1,000 reference rows" in page
    assert "area 140, rooms 4, town Bonn" in page


def test_by_admin(client_as, drain):
    told = {"file": skops_file(), "name": "flats", "task": "classification", "sample": json.dumps([FLAT])}
    answer = client_as("admin").post("/admin/models_registry/modelversion/add/", told)
    assert answer.status_code == 302
    drain()

    assert ModelVersion.objects.get().is_ready


def test_the_page_says_why_a_pickle_is_not_taken(client_as):
    told = {"file": upload(pickle.dumps(1)), "name": "flats", "task": "classification"}
    answer = client_as("editor").post("/models/deploy/upload/", told)

    assert answer.status_code == 422
    assert "import joblib, skops.io" in answer.content.decode()


def test_types_are_allowed_by_page_api_and_admin_by_administrators_alone(client_as, api, user):
    told = {"name": "sklearn.a.B", "reason": "data"}
    assert client_as("operator").post("/models/allowed-types/", told).status_code == 403
    assert api("operator").post("/api/v1/model-monitoring/allowed-types", told).status_code == 403

    browser = client_as("admin")
    assert browser.post("/models/allowed-types/", told).status_code == 302
    made = api("admin").post(
        "/api/v1/model-monitoring/allowed-types", told | {"name": "sklearn.a.C"}, format="json"
    )
    assert made.status_code == 201
    address = "/admin/models_registry/allowedtype/add/"
    assert browser.post(address, told | {"name": "sklearn.a.D"}).status_code == 302
    assert {"sklearn.a.B", "sklearn.a.C", "sklearn.a.D"} <= services.allowed_types()

    gone = f"/api/v1/model-monitoring/allowed-types/{made.json()['id']}"
    assert api("admin").delete(gone).status_code == 204
    assert browser.post(f"/models/allowed-types/{AllowedType.objects.get(name='sklearn.a.B').pk}/remove/")
    assert {"sklearn.a.D"} == {n for n in services.allowed_types() if n.startswith("sklearn.a.")}
