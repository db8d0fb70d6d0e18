"""Whether the performance of a window fell: realised by the truth that is known, and estimated without it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dataops.engine.drift import DriftPolicy, Fall, Metric, judge_fall
from dataops.engine.drift.windows import SOME
from dataops.engine.drift.wording import number, percent
from dataops.engine.types import Severity
from models_registry.enums import PerformanceKind, Task
from models_registry.models import ModelVersion
from models_registry.services.earlier import Past
from models_registry.services.metric_names import metric_label
from models_registry.services.reference_metrics import reference_metrics

JUDGED = (PerformanceKind.REALISED, PerformanceKind.ESTIMATED)
DEVIATIONS = 2 * 1.959964
"""Standard errors from end to end of an interval that is right 19 times of 20."""

MISSING = {
    PerformanceKind.REALISED: "the truth of too few predictions is known",
    PerformanceKind.ESTIMATED: "there is no estimate",
}
NOTHING_BEFORE = "its reference rows do not say how good it was, and fewer than five earlier windows do"

Performance = Mapping[str, Any]
"""``{"realised": metrics | None, "estimated": metrics | None}``, metrics with ``rows`` and ``intervals``."""


@dataclass(frozen=True, slots=True)
class JudgedFall:
    """One of ``JUDGED`` and whether its metric fell; ``skipped`` says why nobody can tell."""

    kind: PerformanceKind
    metric: str
    fall: Fall | None = None
    skipped: str = ""

    @property
    def fallen(self) -> bool:
        return self.fall is not None and self.fall.fallen

    @property
    def severity(self) -> Severity | None:
        return self.fall.severity if self.fall else None

    @property
    def sentence(self) -> str:
        """What there is to see."""
        if self.fall is None:
            return f"{self.label} not judged: {self.skipped}"
        fall = self.fall
        moved = f"{self.label} {number(fall.before)} before, {number(fall.now)} now"
        if fall.fallen:
            return f"{moved}: worse by {percent(fall.effect)}, and {percent(fall.threshold)} matter"
        if fall.significant:
            return f"{moved}: worse for certain, but by less than the {percent(fall.threshold)} that matter"
        return f"{moved}: no evidence of a fall"

    @property
    def label(self) -> str:
        return f"{self.kind.label} {metric_label(self.metric)}"

    def told(self) -> dict[str, Any]:
        """For a report."""
        about = {"kind": str(self.kind), "metric": self.metric, "reason": self.sentence}
        judged = {"fallen": self.fallen if self.fall else None, "severity": self.severity}
        return about | judged | (asdict(self.fall) if self.fall else {})


def judge_falls(
    version: ModelVersion, performance: Performance, policy: DriftPolicy, usual: Sequence[Past]
) -> tuple[JudgedFall, ...]:
    """Realised, then estimated, by the main metric of the model's task."""
    return tuple(_judge(version, kind, performance.get(kind), policy, usual) for kind in JUDGED)


def _judge(
    version: ModelVersion,
    kind: PerformanceKind,
    metrics: Performance | None,
    policy: DriftPolicy,
    usual: Sequence[Past],
) -> JudgedFall:
    task = Task(version.model.task)
    name = task.main_metric if task.main_metric in (metrics or {}) else task.metric_of_labels
    now = _metric(metrics, name)
    if now is None or metrics is None or metrics["rows"] < policy.minimum_current:
        return JudgedFall(kind, name, skipped=MISSING[kind])
    values = [one.value for past in usual if (one := _metric(past.performance.get(kind), name))]
    before = _before(version, kind, values, name)
    if before is None:
        return JudgedFall(kind, name, skipped=NOTHING_BEFORE)
    higher = task == Task.CLASSIFICATION
    fall = judge_fall(before, now, policy, higher_is_better=higher, windows=values)
    return JudgedFall(kind, name, fall, "" if fall else "left out by the settings")


def _metric(metrics: Performance | None, name: str) -> Metric | None:
    """None where it is not measured, or nobody knows how far it may be off."""
    if not metrics or name not in metrics or name not in (metrics.get("intervals") or {}):
        return None
    low, high = metrics["intervals"][name]
    return Metric(metrics[name], (high - low) / DEVIATIONS)


def _before(version: ModelVersion, kind: str, windows: Sequence[float], name: str) -> Metric | None:
    """What the reference rows gave; earlier windows instead, where the version may have learned from them."""
    if kind == PerformanceKind.ESTIMATED or version.reference_rows.get("held_out"):
        return _metric(reference_metrics(version).get(kind), name)
    if len(windows) < SOME:
        return None
    return Metric(float(np.mean(windows)), float(np.std(windows, ddof=1) / len(windows) ** 0.5))
