"""Columns that came, went or changed since the baseline."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from dataops.engine.checks.params import NoParams
from dataops.engine.checks.schema_changes import SchemaChange, compare_schemas, compare_writing
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension, Severity

HARMLESS, BREAKING = 1.0, 2.0
_LOSS = {"removed": 1.0, "retyped": 1.0, "renamed": 0.5}


class SchemaDrift:
    """The gravest change of the columns since the baseline: 0 none, 1 harmless, 2 breaking.

    A file that is written in another way (delimiter, quote, encoding, decimal mark) is a harmless
    change: it was read all the same. Added and reordered columns are harmless, removed, retyped and
    renamed ones break readers. The score loses the share of expected columns that are removed or
    retyped, half of the renamed.
    """

    key = "schema_drift"
    label = "Schema drift"
    dimension = Dimension.VOLUME
    scope: Literal["column", "table"] = "table"
    params = NoParams
    default_limits = Limits(warn=0.0, fail=HARMLESS)
    severity = Severity.CRITICAL
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return False

    def measure(self, context: Context, params: NoParams) -> Measurement:
        baseline = context.baseline
        if baseline is None or not baseline.columns:
            count = len(context.profile.columns)
            message = f"{count:,} columns; nothing to compare with yet: this run becomes the baseline"
            return Measurement(count, 0, None, None, message)
        writing = compare_writing(context.baseline_writing, context.writing)
        changes = (*compare_schemas(baseline, context.profile), *writing)
        expected = len(baseline.columns)
        breaking = [change for change in changes if change.kind in _LOSS]
        loss = sum(_LOSS[change.kind] for change in breaking) / expected
        return Measurement(
            evaluated=expected,
            failed=len(breaking),
            value=BREAKING if breaking else HARMLESS if changes else 0.0,
            pass_rate=max(0.0, 1 - loss),
            message=_message(changes, expected),
            details={"changes": dict(Counter(change.kind for change in changes))},
        )


def _message(changes: tuple[SchemaChange, ...], expected: int) -> str:
    if not changes:
        return f"the {expected:,} columns are those of the baseline"
    named = "; ".join(f"{change.kind} {_describe(change)}" for change in changes[:5])
    more = f"; and {len(changes) - 5} more" if len(changes) > 5 else ""
    return named + more


def _describe(change: SchemaChange) -> str:
    if change.kind == "dialect":
        return f"from {change.from_} to {change.to}"
    if change.kind == "renamed":
        return f"{change.from_!r} to {change.to!r}"
    if change.kind == "retyped":
        return f"{change.column!r} from {change.from_} to {change.to}"
    return repr(change.column)
