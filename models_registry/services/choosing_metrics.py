"""Choosing what is measured of a model beside the built-in metrics."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from dataops.web import audit, params
from dataops.web.words import lazy as _
from models_registry.enums import PerformanceKind
from models_registry.models import Model
from models_registry.services.own_metrics import measures_for
from models_registry.services.performance import refresh_performance_later

WEEKS = 26
"""Of each version are measured anew once other metrics are chosen."""


@transaction.atomic
def set_metrics(*, model: Model, metrics: Mapping[str, Any], by: Any) -> Model:
    """Measure these: settings by key of the metric, what is left out at its default.

    The newest weeks are measured anew. Raises ValidationError that names the metric and the setting.
    """
    before, model.metrics = model.metrics, _cleaned(model, metrics)
    if model.metrics != before:
        model.save(update_fields=["metrics"])
        audit.record("model.metrics_set", by=by, target=model, changes={"metrics": [before, model.metrics]})
        _measure_again(model)
    return model


def _cleaned(model: Model, metrics: Mapping[str, Any]) -> dict[str, Any]:
    known = {measure.key: measure for measure in measures_for(model.task)}
    cleaned, errors = {}, {}
    for key, settings in metrics.items():
        if key not in known:
            said = _("No metric of this name is for %(task)s; known: %(known)s.") % {
                "task": model.task,
                "known": ", ".join(known),
            }
            errors[f"metrics.{key}"] = [said]
            continue
        try:
            cleaned[key] = params.clean(known[key], settings)
        except ValidationError as error:
            told = {name.removeprefix("config."): said for name, said in error.message_dict.items()}
            errors |= {f"metrics.{key}.{name}": said for name, said in told.items()}
    if errors:
        raise ValidationError(errors)
    return cleaned


def _measure_again(model: Model) -> None:
    for version in model.versions.ready().without_blobs():
        realised = version.performance.filter(kind=PerformanceKind.REALISED).order_by("-window_from")
        weeks = realised.values_list("window_from", flat=True)[:WEEKS]
        refresh_performance_later(version, [week for week in weeks if week is not None])
