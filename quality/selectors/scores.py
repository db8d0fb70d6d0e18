"""Taking the score of a run apart again, and comparing what runs were scored by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dataops.engine.score import CRITICAL_CAP, Step, WhatIf, waterfall
from dataops.engine.types import Dimension, Outcome
from quality.models import CheckResult, CheckRun, RuleSet

# By the word that is stored.
_DIMENSIONS = {str(dimension): dimension for dimension in Dimension}
_OUTCOMES = {str(outcome): outcome for outcome in Outcome}
_RATED = ("pk", "dimension", "column", "outcome", "pass_rate", "weight", "critical")


@dataclass(frozen=True, slots=True)
class _Rated:
    """A stored result as the formula sees it."""

    pk: int
    dimension: Dimension
    column: str
    outcome: Outcome
    pass_rate: float | None
    weight: float
    critical: bool


@dataclass(frozen=True, slots=True)
class ScoreDetail:
    """The waterfall of a run; what-if answers are there when its rule set was kept.

    ``results`` are those that lost points, by the indexes that steps name.
    """

    run: CheckRun
    results: Mapping[int, CheckResult]
    rated: Sequence[_Rated]
    steps: tuple[Step, ...]
    what_if: WhatIf | None

    def fixed(self, parts: Collection[str]) -> float | None:
        """The score with some parts perfect: "dimension:validity", "column:email" or "check:17".

        A column of "" is the whole table; a check is the id of a result.
        """
        chosen = set(parts)
        indexes = [
            index
            for index, r in enumerate(self.rated)
            if {f"dimension:{r.dimension}", f"column:{r.column}", f"check:{r.pk}"} & chosen
        ]
        return self.what_if.fixed(indexes) if self.what_if else None


def score_detail(run: CheckRun) -> ScoreDetail:
    """Results and where the points went; three queries, of which one reads little of every result."""
    stored = run.results.order_by("pk").values_list(*_RATED, "points_lost")
    views, points = [], []
    for pk, dimension, column, outcome, *measured, lost in stored:
        views.append(_Rated(pk, _DIMENSIONS[dimension], column, _OUTCOMES[outcome], *measured))
        points.append(lost)
    costly = run.results.filter(points_lost__gt=0).defer("limits", "details").in_bulk()
    results = {index: costly[view.pk] for index, view in enumerate(views) if view.pk in costly}
    kept = run.rule_set
    what_if = WhatIf(views, kept.dimension_weights, kept.importance) if kept else None
    return ScoreDetail(run, results, views, waterfall(views, points, what_if), what_if)


def rated(result: CheckResult) -> _Rated:
    return _Rated(
        result.pk,
        Dimension(result.dimension),
        result.column,
        Outcome(result.outcome),
        result.pass_rate,
        result.weight,
        result.critical,
    )


def capping_results(run: CheckRun) -> list[CheckResult]:
    """The failed critical checks that hold the score of a run at the cap; one query at most."""
    if run.score != CRITICAL_CAP:
        return []
    return list(run.results.filter(critical=True, outcome=Outcome.FAIL).defer("limits", "details"))


def score_marks(runs: Sequence[CheckRun]) -> list[tuple[CheckRun, str]]:
    """Runs (oldest first) scored by other rules than the one before, and what changed; one query."""
    sets = RuleSet.objects.in_bulk({run.rule_set_id for run in runs if run.rule_set_id})
    marks: list[tuple[CheckRun, str]] = []
    before: RuleSet | None = None
    for run in runs:
        current = sets.get(run.rule_set_id) if run.rule_set_id else None
        if current is not None:
            changes = current.changes_since(before) if before is not None and current != before else []
            if changes:
                marks.append((run, "; ".join(changes)))
            before = current
    return marks
