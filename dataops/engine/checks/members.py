"""Which values are in a list: from the profile when it keeps every value, else from the rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from dataops.engine.checks.literals import read_number, readable
from dataops.engine.checks.rowwise import text_of
from dataops.engine.profile import ColumnProfile
from dataops.engine.sql import any_of, column, invalid_text, literal
from dataops.engine.types import ColumnType

# Longer texts are cut in a profile.
WHOLE = 199


def count_members(found: ColumnProfile, values: Iterable[str], *, ignore_case: bool) -> int | None:
    """Rows whose value is one of ``values``; None when the profile does not keep every value as it is."""
    if not found.frequent.complete or any(len(label) > WHOLE for label, _ in found.frequent.values):
        return None
    if found.type not in (ColumnType.TEXT, ColumnType.INTEGER):
        return None
    listed = {_shape(value, found, ignore_case) for value in values}
    return sum(n for label, n in found.frequent.values if _shape(label, found, ignore_case) in listed)


def is_member(found: ColumnProfile, values: Iterable[str], *, ignore_case: bool) -> exp.Expr:
    """Rows whose value is one of ``values``; false, never unknown, for all others."""
    texts = list(values)
    if found.type in (ColumnType.TEXT, ColumnType.EMPTY):
        text = text_of(found)
        if ignore_case:
            text, texts = exp.Lower(this=text), [value.lower() for value in texts]
        conditions = [_in(text, texts)]
    else:
        conditions = [_in(column(found.name), readable(texts, found.type))]
        if found.invalid:
            conditions.append(_in(invalid_text(found.name), texts))
    return any_of([exp.func("coalesce", condition, exp.false()) for condition in conditions])


def _in(value: exp.Expr, values: Iterable[object]) -> exp.Expr:
    listed = [literal(item) for item in values]  # type: ignore[arg-type]
    return exp.In(this=value, expressions=listed) if listed else exp.false()


def _shape(text: str, found: ColumnProfile, ignore_case: bool) -> object:
    if found.type is ColumnType.INTEGER and (number := read_number(text)) is not None:
        return number
    return text.lower() if ignore_case else text
