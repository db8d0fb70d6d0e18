"""From a template to a version that answers."""

import pytest

from dataops.engine.profile import codec
from dataops.web.models import AuditEvent
from dataops.web.runs import RunState
from models_registry import services
from models_registry.enums import PerformanceKind, Runtime, VersionState
from models_registry.formats.base import UnsafeArtifact
from models_registry.models import DeployRun, Model, ModelVersion
from models_registry.services import deploying
from tests.models_registry.rival import rival


def test_a_deployment_is_only_queued_by_the_request(db):
    run = services.deploy_model(template="flight-delayed")

    assert run.state == RunState.QUEUED
    assert run.version.state == VersionState.DEPLOYING
    assert run.version.artifact_name == ""
    assert Model.objects.get().champion is None


@pytest.mark.parametrize("template", ["flight-delayed", "arrival-delay"])
def test_a_deployed_version_tells_all_it_was_made_from(deploy, template):
    version = deploy(template)

    assert version.state == VersionState.READY
    assert version.deploy_run.state == RunState.SUCCEEDED
    assert [f["name"] for f in version.signature["features"]] == [
        "dep_delay", "distance", "hour", "carrier", "origin", "dest",
    ]  # fmt: skip
    assert len(version.artifact_sha256) == 64
    assert set(version.library_versions) == {"python", "scikit-learn", "skops", "numpy", "pandas"}
    assert sum(version.importances.values()) == pytest.approx(1)
    assert max(version.importances, key=version.importances.get) == "dep_delay"
    assert version.performance.get(kind=PerformanceKind.TRAINING).rows > 4_000


def test_the_reference_window_is_the_rows_fitted_on_with_their_predictions(deploy):
    version = deploy("arrival-delay")
    reference = codec.decode(bytes(version.reference_profile))

    assert reference.names == ("dep_delay", "distance", "hour", "carrier", "origin", "dest", "prediction")
    assert reference.rows > 10_000
    assert reference.column("prediction").moments.mean == pytest.approx(7, abs=3)


def test_the_models_know_something(deploy):
    assert deploy("flight-delayed").training_metrics["roc_auc"] > 0.85
    assert deploy("arrival-delay").training_metrics["r2"] > 0.75


@pytest.mark.parametrize(("template", "metric"), [("wine", "roc_auc"), ("diabetes", "r2")])
def test_data_that_scikit_learn_brings_make_a_version_too(deploy, template, metric):
    version = deploy(template)

    assert (version.state, version.runtime) == (VersionState.READY, Runtime.ORIGINAL)
    assert "takes 1,000 reference rows" in version.runtime_reason
    assert version.training_metrics[metric] > {"roc_auc": 0.98, "r2": 0.35}[metric]
    with pytest.raises(services.NotPossible, match="no flights to replay"):
        services.replay_flights(model=version.model, months=[7])


def test_a_version_says_what_answers_and_how_that_was_shown(deploy):
    version = deploy("arrival-delay")

    assert version.runtime == Runtime.ONNX
    assert version.parity["rows"] > 5_000
    assert version.parity["boundary_rows"] >= 1_000
    assert version.parity["largest_difference"] <= 1e-5
    assert "64-bit" in version.runtime_reason
    assert version.memory_bytes > 0


def test_the_first_version_becomes_champion_and_later_ones_wait(deploy):
    first, second = deploy(), deploy()

    assert (first.number, second.number) == (1, 2)
    assert Model.objects.get().champion == first
    assert second.model.champion == first


def test_a_deployment_done_twice_leaves_one_version_and_one_champion_change(deploy):
    version = deploy()
    services.execute_deploy_run(version.deploy_run.pk)

    assert version.performance.count() == 1
    assert version.model.alias_changes.count() == 1


def test_a_deployment_that_breaks_gives_its_version_up(db, monkeypatch):
    def broken(template, progress):
        raise UnsafeArtifact("holds os.system")

    run = services.deploy_model(template="flight-delayed")
    monkeypatch.setattr(deploying, "build", broken)
    services.execute_deploy_run(run.pk)
    run.refresh_from_db()

    assert (run.state, run.error_code) == (RunState.FAILED, "unsafe_artifact")
    assert run.version.state == VersionState.FAILED
    assert Model.objects.get().champion is None


def test_a_cancelled_deployment_never_answers(db, user):
    run = services.deploy_model(template="flight-delayed")
    services.cancel_deploy(run=run, by=user("editor"))
    services.execute_deploy_run(run.pk)
    run.refresh_from_db()

    assert run.state == RunState.CANCELLED
    assert run.version.state == VersionState.FAILED


def test_a_deployment_that_is_over_cannot_be_cancelled(deploy, user):
    version = deploy()

    assert not services.cancel_deploy(run=version.deploy_run, by=user("editor"))
    assert not AuditEvent.objects.filter(action="model.deploy_cancelled").exists()
    version.refresh_from_db()
    assert version.is_ready


def test_who_deployed_what_is_in_the_audit_log(db, user):
    person = user("editor")
    services.deploy_model(template="flight-delayed", by=person)

    event = AuditEvent.objects.get(action="model.deploy_requested")
    assert (event.actor, event.target_name) == (person, "flight-delayed v1")


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"template": "titanic"}, "no template 'titanic'; there are: flight-delayed, arrival-delay"),
        ({"template": "flight-delayed", "name": "two words"}, "letters, digits"),
        ({"template": "flight-delayed", "name": "deploy"}, "reserved"),
        ({"template": "flight-delayed", "name": "x" * 81}, "too long"),
    ],
)
def test_what_cannot_be_deployed_is_refused_with_the_reason(db, request_, said):
    with pytest.raises(services.NotAccepted, match=said):
        services.deploy_model(**request_)
    assert DeployRun.objects.count() == 0
    assert Model.objects.count() == 0


def test_a_model_keeps_its_kind_of_question(deploy):
    deploy("flight-delayed", name="flights")
    with pytest.raises(services.NotPossible, match="does classification, this would do regression"):
        services.deploy_model(template="arrival-delay", name="flights")


def test_two_first_deployments_of_a_name_at_once_are_two_versions_of_one_model(db):
    with rival(Model, lambda: Model.objects.create(name="flights", task="classification")):
        run = services.deploy_model(template="flight-delayed", name="flights")

    assert run.version.model == Model.objects.get()


def test_a_champion_that_was_made_while_a_version_is_recorded_stays(deploy):
    first = deploy()
    Model.objects.update(champion=None)
    second = services.deploy_model(template="flight-delayed")
    with rival(ModelVersion, lambda: Model.objects.update(champion=first)):
        services.execute_deploy_run(second.pk)

    second.refresh_from_db()
    assert (second.state, Model.objects.get().champion) == (RunState.SUCCEEDED, first)
