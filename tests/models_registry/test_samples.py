"""The sample models at work, and the commands that do the same."""

from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from alerts.models import Alert
from dataops.web import runs
from dataops.web.runs import RunState
from models_registry import selectors, services
from models_registry.management.commands.replay_flights import months
from models_registry.models import DeployRun, DriftRun, Model, Prediction
from models_registry.services import samples
from quality.services import create_source


def run(*args: str) -> str:
    said = StringIO()
    call_command(*args, stdout=said)
    return said.getvalue()


def test_the_samples_show_a_quiet_spring_and_a_drifting_july(db, trained_once):
    flights = create_source(name="flights", by=None)
    services.load_sample_models(made_from=[flights])

    for model in Model.objects.all():
        spring, july = DriftRun.objects.filter(version=model.champion).order_by("pk")
        assert (spring.drifted, july.drifted) == (False, True)
    drift = Alert.objects.filter(kind="drift.data").order_by("pk")
    assert [alert.upstream_subjects for alert in drift] == [[("source", str(flights.pk))], []]
    needy = selectors.models_needing_attention(limit=5)
    assert {run.version.model.name for run in needy} == {"flight-delayed", "arrival-delay"}
    assert selectors.summary()["drifting"] == 2
    assert len(selectors.recent_runs(limit=3)) == 3


def test_a_load_that_is_killed_at_work_again_and_again_is_finished_by_the_next_and_then_left_alone(
    db, trained_once, monkeypatch
):
    for kind, runner in ((DeployRun, "execute_deploy_run"), (DriftRun, "execute_drift_run")):
        with monkeypatch.context() as patch:
            patch.setattr(samples, runner, partial(killed_at, kind))
            with pytest.raises(KeyboardInterrupt):
                services.load_sample_models()
        assert kind.objects.latest("pk").state == RunState.RUNNING
    for _ in range(2):
        services.load_sample_models()

        assert not Model.objects.filter(champion=None).exists()
        assert [run.state for run in DriftRun.objects.all()] == [RunState.SUCCEEDED] * 4


def killed_at(kind, run_id) -> None:
    assert runs.claim(kind, run_id)
    raise KeyboardInterrupt


def test_a_replay_that_was_interrupted_leaves_nothing_half_done(classifier, monkeypatch):
    def killed(**given):
        raise KeyboardInterrupt

    monkeypatch.setattr(samples, "record_actuals", killed)
    with pytest.raises(KeyboardInterrupt):
        services.replay_flights(model=classifier, months=[4])

    assert not Prediction.objects.exists()


def test_a_replay_is_done_once_and_as_of_its_own_time(classifier):
    assert services.replay_flights(model=classifier, months=[4]) > 600
    assert services.replay_flights(model=classifier, months=[4]) == 0

    assert set(Prediction.objects.values_list("predicted_at__year", flat=True)) == {2013}
    assert not Prediction.objects.filter(actual_at=None).exists()
    assert not Prediction.objects.exclude(latency_seconds=None).exists()
    week = classifier.champion.performance.filter(kind="realised").first()
    assert week.details["delay"]["median_seconds"] == 12 * 3600


def test_the_commands_deploy_and_replay(db, trained_once):
    assert run("deploy_model", "flight-delayed", "--name", "delays") == "delays v1 is ready.\n"
    for rows in (738, 0):
        said = run("replay_flights", "delays", "--months", "4")
        assert "2013-04: No drift in" in said
        assert f"{rows:,} flights predicted by delays" in said
    assert DriftRun.objects.count() == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("deploy_model", "titanic"), "neither a file nor a sample"),
        (("deploy_model", "flight-delayed", "--name", "two words"), "cannot be a name"),
        (("replay_flights", "nobody"), "There is no model 'nobody'"),
        (("replay_flights", "nobody", "--months", "13"), "'13' are no months"),
        (("replay_flights", "nobody", "--months", "8-7"), "'8-7' are no months"),
    ],
)
def test_a_command_that_cannot_be_says_why(db, command, said):
    with pytest.raises(CommandError, match=said):
        run(*command)


def test_months_are_read_as_a_range_or_one():
    assert (months("7-9"), months("12")) == ([7, 8, 9], [12])
