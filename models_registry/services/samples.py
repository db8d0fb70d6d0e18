"""The sample models at work: what they would have said about flights they were not trained on."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dataops.web import runs
from dataops.web.runs import RunQuerySet, Trigger
from dataops.web.words import lazy as _
from models_registry.formats.templates import TEMPLATES, Window
from models_registry.models import DeployRun, DriftRun, Model, ModelVersion
from models_registry.services.deploying import execute_deploy_run
from models_registry.services.drift import execute_drift_run
from models_registry.services.drift_requests import request_drift_run
from models_registry.services.errors import NotPossible
from models_registry.services.identifiers import existing_ids
from models_registry.services.performance import refresh_performance
from models_registry.services.predicting import predict
from models_registry.services.requesting import deploy_model
from models_registry.services.routing import champion_of
from models_registry.services.truth import record_actuals
from quality.models import DataSource

SPRING = (4, 5)
SUMMER = (7, 8)
LANDED_AFTER = timedelta(hours=12)
"""When the truth about a flight is taken to have come; the longest of them take eleven hours."""
SHOWS_CAUSE = "flight-delayed"
"""The model that says what it is made from: while that fails, it is the probable cause of its drift."""


def replay_flights(*, model: Model, months: Sequence[int]) -> int:
    """Let the champion predict the sample flights of ``months`` (1-12) as of their own time; rows logged.

    Rows that the model was fitted on and rows replayed before are left out. Raises NotPossible for
    a model that was not made from a flight template.
    """
    version = champion_of(model)
    template = version.parameters.get("template", "")
    if template not in TEMPLATES or not TEMPLATES[template].shown_at_start:
        raise NotPossible(
            _("%(version)s was not made from a flight template; there are no flights to replay.")
            % {"version": version}
        )
    return sum(_replay(model, version, window) for window in TEMPLATES[template].replay(months))


def _replay(model: Model, version: ModelVersion, window: Window) -> int:
    done = existing_ids(model, window.ids)
    fresh = [row for row, name in enumerate(window.ids) if name not in done]
    if not fresh:
        return 0
    with transaction.atomic():  # interrupted, it leaves no predictions behind without their truth
        _predict(model, version, window, fresh)
    return len(fresh)


def _predict(model: Model, version: ModelVersion, window: Window, fresh: Sequence[int]) -> None:
    predict(
        model=model,
        version=version,
        instances=[{name: values[row] for name, values in window.columns.items()} for row in fresh],
        ids=[window.ids[row] for row in fresh],
        predicted_at=[window.times[row] for row in fresh],
    )
    began = timezone.now()

    def measure(version: ModelVersion, moments: Iterable[datetime]) -> None:
        span = (window.times[0], window.times[-1])
        told = version.predictions.filter(actual_at__gte=began, predicted_at__range=span)
        told.update(actual_at=F("predicted_at") + LANDED_AFTER)
        refresh_performance(version, moments)

    record_actuals(
        model=model,
        rows=[{"prediction_id": window.ids[row], "actual": window.actuals[row]} for row in fresh],
        measure=measure,
    )


def check_flights(*, model: Model, months: Sequence[int], by: Any = None, alone: bool = False) -> DriftRun:
    """Compare what was replayed of ``months`` (1-12), one window, with the training data, here and now.

    A check of the same window that is there already is answered as it is. ``alone`` says that no worker runs.
    """
    version = champion_of(model)
    start = datetime(2013, months[0], 1, tzinfo=UTC)
    end = (datetime(2013, months[-1], 28, tzinfo=UTC) + timedelta(days=4)).replace(day=1)
    checks = DriftRun.objects.filter(version=version, window_from=start, window_to=end)
    if not checks.exists():
        request_drift_run(version=version, window_from=start, window_to=end, by=by, trigger=Trigger.SYSTEM)
    for pk in _live(checks):
        runs.finish(DriftRun, pk, execute_drift_run, alone=alone)
    return checks.latest("pk")


def sample_names() -> list[str]:
    return [template.key for template in TEMPLATES if template.shown_at_start]


def sample_models() -> list[Model]:
    """Those of the samples that are there; a model of one's own that has such a name is none. Two queries."""
    found = Model.objects.filter(name__in=sample_names()).prefetch_related("versions")
    return [
        model
        for model in found
        if any(version.parameters.get("template") == model.name for version in model.versions.all())
    ]


def load_sample_models(
    *,
    by: Any = None,
    made_from: Iterable[DataSource] = (),
    alone: bool = True,
    progress: runs.Progress = runs.untold,
) -> None:
    """Deploy both flight models, replay spring and summer, and check both for drift, here and now.

    ``made_from`` are the sources of one of them, SHOWS_CAUSE. ``alone`` says that no worker runs.
    What is there already is left as it is and what is missing is made up for, so it may be called
    again after an interruption.
    """
    names = sample_names()
    for done, name in enumerate(names):
        progress(done / len(names), "models")
        model = _deployed(name, by, alone=alone)
        if model.name == SHOWS_CAUSE:
            model.sources.add(*made_from)
        if model.champion is not None:
            progress((done + 0.5) / len(names), "predictions")
            _show(model, by, alone=alone)


def _deployed(name: str, by: Any, *, alone: bool) -> Model:
    if not Model.objects.filter(name=name).exists():
        deploy_model(template=name, by=by, trigger=Trigger.SYSTEM)
    for pk in _live(DeployRun.objects.filter(version__model__name=name)):
        runs.finish(DeployRun, pk, execute_deploy_run, alone=alone)
    return Model.objects.select_related("champion").get(name=name)


def _live(asked: RunQuerySet) -> list[int]:
    return list(asked.live().order_by("pk").values_list("pk", flat=True))


def _show(model: Model, by: Any, *, alone: bool) -> None:
    replay_flights(model=model, months=[*SPRING, *SUMMER])
    for months in (SPRING, SUMMER[:1]):
        check_flights(model=model, months=months, by=by, alone=alone)
