"""Two runs of one source side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dataops.engine.checks import SchemaChange, compare_schemas
from dataops.engine.metrics import METRICS
from dataops.engine.profile import Profile
from dataops.engine.score import score
from quality.models import CheckResult, CheckRun
from quality.selectors.scores import rated

COLUMN_METRICS = ("missing_fraction", "invalid_fraction", "distinct", "min", "mean", "median", "max", "std")
MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Change:
    """A number or word of both runs; ``place`` is a column, or empty for the table.

    ``metric`` is the key of a number that there is a trend of.
    """

    place: str
    what: str
    before: Any
    after: Any
    metric: str = ""

    @property
    def difference(self) -> float | None:
        numbers = isinstance(self.before, int | float) and isinstance(self.after, int | float)
        return self.after - self.before if numbers else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from ``before`` to ``after``.

    ``like_for_like`` are both scores over the checks that measured in both runs, by the weights of
    the later one; None when there are none.
    """

    before: CheckRun
    after: CheckRun
    facts: list[Change]
    results: list[Change]
    columns: list[Change]
    schema: tuple[SchemaChange, ...]
    rules: list[str]
    like_for_like: tuple[float, float] | None


def compare_runs(
    before: CheckRun, after: CheckRun, profiles: tuple[Profile | None, Profile | None]
) -> Comparison:
    """Everything that differs between two finished runs; their profiles come with them."""
    old, new = profiles
    pairs = _pairs(before.results.all(), after.results.all())
    return Comparison(
        before,
        after,
        facts=_facts(before, after),
        results=_results(pairs)[:MOST_CHANGES],
        columns=_columns(old, new)[:MOST_CHANGES] if old and new else [],
        schema=compare_schemas(old, new) if old and new else (),
        rules=_rules(before, after),
        like_for_like=_like_for_like(pairs, after),
    )


def _pairs(
    before: Iterable[CheckResult], after: Iterable[CheckResult]
) -> list[tuple[CheckResult | None, CheckResult | None]]:
    """Results of the same rule on the same column beside each other."""
    old, new = ({_key(result): result for result in results} for results in (before, after))
    return [(old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]


def _key(result: CheckResult) -> tuple[Any, ...]:
    return (result.check_key, result.column, result.configured_id)


def _facts(before: CheckRun, after: CheckRun) -> list[Change]:
    """Score, dimensions and where the records went, changed or not."""
    facts = [Change("", name.replace("_", " "), getattr(before, name), getattr(after, name)) for name in (
        "score", "coverage", "validity_coverage", "rows", "columns", "duplicate_rows",
    )]  # fmt: skip
    for name in dict.fromkeys([*before.dimensions, *after.dimensions]):
        facts.append(Change("", name, before.dimensions.get(name), after.dimensions.get(name)))
    old, new = before.accounting or {}, after.accounting or {}
    for name in dict.fromkeys([*old, *new]):
        told = name if name == "records" else f"records {name}"
        facts.append(Change("", told, old.get(name), new.get(name)))
    return facts


def _results(pairs: Sequence[tuple[CheckResult | None, CheckResult | None]]) -> list[Change]:
    """Results whose outcome is another one, those that cost most first."""
    changed = [
        (max(r.points_lost for r in (old, new) if r), old, new)
        for old, new in pairs
        if (old and old.outcome) != (new and new.outcome)
    ]
    changed.sort(key=lambda found: -found[0])
    return [
        Change(shown.column, shown.label, old and old.outcome, new and new.outcome)
        for _, old, new in changed
        if (shown := new or old) is not None
    ]


def _columns(old: Profile, new: Profile) -> list[Change]:
    """Numbers of columns in both profiles that are not the same."""
    found = []
    for column in new.columns:
        before = old.column(column.name)
        if before is None:
            continue
        found.append(Change(column.name, "type", before.type.value, column.type.value))
        for key in COLUMN_METRICS:
            found.append(_measured(key, old, new, column.name))
    return [change for change in found if change.before != change.after]


def _measured(key: str, old: Profile, new: Profile, column: str) -> Change:
    metric = METRICS[key]
    return Change(column, metric.label, metric.of(old, column), metric.of(new, column), key)


def _rules(before: CheckRun, after: CheckRun) -> list[str]:
    if before.rule_set is None or after.rule_set is None:
        return []
    return after.rule_set.changes_since(before.rule_set)


def _like_for_like(
    pairs: Sequence[tuple[CheckResult | None, CheckResult | None]], after: CheckRun
) -> tuple[float, float] | None:
    common = [
        (rated(old), rated(new))
        for old, new in pairs
        if old and new and old.pass_rate is not None and new.pass_rate is not None
    ]
    if not common or after.rule_set is None:
        return None
    weights, importance = after.rule_set.dimension_weights, after.rule_set.importance
    values = [score(side, weights, importance).value for side in zip(*common, strict=True)]
    return (values[0], values[1]) if None not in values else None  # type: ignore[return-value]
