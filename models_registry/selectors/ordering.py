"""The order of a list of models, by what is stored of them or by what is measured."""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Case, QuerySet, Value, When

from dataops.web.lists import in_order
from models_registry.models import Model
from models_registry.selectors.alerting import open_alert_counts
from models_registry.selectors.performance import main_history, main_value, performance_histories
from models_registry.selectors.use import latencies, p95, traffic

STORED = {"name": "name", "champion": "champion__created_at", "drift": "share_drifted"}
Values = Mapping[int, float | None]


def _quality(models: Sequence[Model]) -> Values:
    histories = performance_histories(model.champion_id for model in models if model.champion_id)
    return {
        model.pk: main_value(model, main_history(model, histories.get(model.champion_id or 0, [])))
        for model in models
    }


def _latency(models: Sequence[Model]) -> Values:
    return {pk: p95(seconds) for pk, seconds in latencies([model.pk for model in models]).items()}


MEASURED: dict[str, Callable[[Sequence[Model]], Values]] = {
    "quality": _quality,
    "day": lambda models: {pk: found.day for pk, found in traffic(model.pk for model in models).items()},
    "all": lambda models: {pk: found.total for pk, found in traffic(model.pk for model in models).items()},
    "latency": _latency,
    "alerts": lambda models: open_alert_counts(model.pk for model in models),
}
"""Sorted here: what a page shows of a model is counted, or found in its log, for all of them at once."""


def ordered(rows: QuerySet[Model], sort: str) -> QuerySet[Model]:
    """As ``in_order`` by a column of STORED, or by one of MEASURED with up to two more queries."""
    if (measure := MEASURED.get(sort.removeprefix("-"))) is None:
        return in_order(rows, STORED, sort)
    models = list(rows.order_by("name"))
    known = {pk: value for pk, value in measure(models).items() if value is not None}
    found = [model.pk for model in models if model.pk in known]
    found.sort(key=known.__getitem__, reverse=sort.startswith("-"))
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(found)]
    return rows.order_by(*([Case(*places, default=Value(len(places)))] if places else []), "name")
