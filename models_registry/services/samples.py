"""The sample models at work: what they would have said about flights they were not trained on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dataops.web.runs import Trigger
from models_registry.formats.templates import TEMPLATES, Window
from models_registry.models import DeployRun, DriftRun, Model, ModelVersion
from models_registry.services.deploying import deploy_model, execute_deploy_run
from models_registry.services.drift import execute_drift_run, request_drift_run
from models_registry.services.errors import NotPossible
from models_registry.services.identifiers import existing_ids
from models_registry.services.performance import refresh_performance
from models_registry.services.predicting import champion_of, predict
from models_registry.services.truth import record_actuals

SPRING = (4, 5)
SUMMER = (7, 8)


def replay_flights(*, model: Model, months: Sequence[int]) -> int:
    """Let the champion predict the sample flights of ``months`` (1-12) as of their own time; rows logged.

    Rows that the model was fitted on and rows replayed before are left out. Raises NotPossible for
    a model that was not made from a flight template.
    """
    version = champion_of(model)
    template = version.parameters.get("template", "")
    if template not in TEMPLATES:
        raise NotPossible(f"{version} was not made from a template; there are no flights to replay for it.")
    return sum(_replay(model, version, window) for window in TEMPLATES[template].replay(months))


def _replay(model: Model, version: ModelVersion, window: Window) -> int:
    done = existing_ids(model, window.ids)
    fresh = [row for row, name in enumerate(window.ids) if name not in done]
    if not fresh:
        return 0
    predict(
        model=model,
        version=version,
        instances=[{name: values[row] for name, values in window.columns.items()} for row in fresh],
        ids=[window.ids[row] for row in fresh],
        predicted_at=[window.times[row] for row in fresh],
    )
    record_actuals(
        model=model,
        rows=[{"prediction_id": window.ids[row], "actual": window.actuals[row]} for row in fresh],
        measure=refresh_performance,
    )
    return len(fresh)


def load_sample_models(*, by: Any = None) -> None:
    """Deploy both flight models, replay spring and summer, and check both for drift, here and now.

    What is there already is left as it is and what is missing is made up for, so it may be called
    again after an interruption.
    """
    for template in TEMPLATES:
        model = _deployed(template.key, by)
        if model.champion is not None and not DriftRun.objects.filter(version__model=model).exists():
            _show(model, by)


def _deployed(name: str, by: Any) -> Model:
    if not Model.objects.filter(name=name).exists():
        deploy_model(template=name, by=by, trigger=Trigger.SYSTEM)
    for run in DeployRun.objects.queued().filter(version__model__name=name):
        execute_deploy_run(run.pk)
    return Model.objects.select_related("champion").get(name=name)


def _show(model: Model, by: Any) -> None:
    replay_flights(model=model, months=[*SPRING, *SUMMER])
    for first, after in ((SPRING[0], SPRING[-1] + 1), (SUMMER[0], SUMMER[0] + 1)):
        run = request_drift_run(
            version=champion_of(model),
            window_from=datetime(2013, first, 1, tzinfo=UTC),
            window_to=datetime(2013, after, 1, tzinfo=UTC),
            by=by,
            trigger=Trigger.SYSTEM,
        )
        execute_drift_run(run.pk)
