"""Metrics that people chose for a model: ours that few need, and those of plug-ins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import structlog

from dataops.web import params
from models_registry.measures import MEASURES, Answers, Measure
from models_registry.models import Model

log = structlog.get_logger(__name__)
_told: set[str] = set()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A metric with the settings of a model."""

    measure: Measure
    params: Any

    def of(self, answers: Answers) -> float | None:
        """Its value; None where it is not defined, and where the plug-in breaks: the others go on."""
        try:
            value = self.measure.measure(answers, self.params)
            return float(value) if value is not None and isfinite(value) else None
        except Exception as fault:  # whatever a foreign package does wrong
            if self.measure.key not in _told:  # it is called hundreds of times a week
                _told.add(self.measure.key)
                log.warning("metric does not work", metric=self.measure.key, fault=repr(fault))
            return None


def measures_for(task: str) -> list[Measure]:
    """What can be chosen for a model of this task."""
    return [measure for measure in MEASURES if task in measure.tasks]


def chosen_metrics(model: Model) -> list[Chosen]:
    """What was chosen, in the order of the registry, without those whose plug-in is gone."""
    fitting = [measure for measure in measures_for(model.task) if measure.key in model.metrics]
    return [Chosen(measure, params.load(measure, model.metrics[measure.key])) for measure in fitting]


def own_metrics(chosen: Sequence[Chosen], answers: Answers) -> dict[str, float]:
    """By key, those that the rows define."""
    found: Mapping[str, float | None] = {one.measure.key: one.of(answers) for one in chosen}
    return {key: value for key, value in found.items() if value is not None}
