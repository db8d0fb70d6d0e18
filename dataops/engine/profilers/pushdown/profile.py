"""From a relation in a database to the same profile a local pass over its rows gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp, select

from dataops.engine.errors import NoRows
from dataops.engine.profile import ColumnProfile, Frequent, Histogram, Lengths, Profile, Quantiles
from dataops.engine.profile.column import Scalar
from dataops.engine.profilers.missing import DEFAULT_POLICY, MissingPolicy
from dataops.engine.profilers.pushdown.bins import count_bins
from dataops.engine.profilers.pushdown.cells import Cells, as_kind, cells_of
from dataops.engine.profilers.pushdown.labels import labels
from dataops.engine.profilers.pushdown.relation import SqlRelation
from dataops.engine.profilers.pushdown.summary import COLUMNS_PER_QUERY, Summary, summarise
from dataops.engine.profilers.pushdown.values import Grouped, group
from dataops.engine.profilers.pushdown.words import WORDS
from dataops.engine.protocols import Progress
from dataops.engine.types import ColumnType

# Part of the time that goes into the first scan and the comparison of whole rows.
SCANNING = 0.2


def profile_relation(
    relation: SqlRelation,
    *,
    missing: MissingPolicy = DEFAULT_POLICY,
    like: Profile | None = None,
    types: Mapping[str, ColumnType] | None = None,
    may_be_empty: bool = False,
    progress: Progress | None = None,
) -> Profile:
    """The profile of all rows of ``relation``; only counts and statistics leave the database.

    The arguments are those of the profiler of local data, and so is the answer, but for the order
    of values that are equally frequent: here they are sorted. Means and standard deviations agree up
    to rounding, all else exactly.

    A text column stays text, whatever type is expected of it: the database knows best.

    Raises NoRows for an empty relation unless it ``may_be_empty``, UnreadableData for what the database
    refuses, what ``relation.execute`` raises otherwise, and Cancelled when ``progress`` does.
    """
    report = progress or (lambda fraction, stage: None)
    reference = {} if like is None else {column.name: column for column in like.columns}
    expected = {name: column.type for name, column in reference.items()} | dict(types or {})
    words = WORDS[relation.dialect]
    cells = [cells_of(column, words, missing) for column in relation.columns]
    summaries = [
        _expected(summary, expected.get(summary.cells.name)) for summary in _summaries(relation, cells)
    ]
    rows = summaries[0].rows
    if not rows and not may_be_empty:
        raise NoRows("the relation has no rows")
    duplicates = rows - _different_rows(relation, cells)
    columns: list[ColumnProfile] = []
    for summary in summaries:
        report(SCANNING + (1 - SCANNING) * len(columns) / len(summaries), "columns")
        name = summary.cells.name
        columns.append(_column(relation, summary, expected.get(name), reference.get(name)))
    return Profile(rows, duplicates, relation.bytes, tuple(columns))


def _summaries(relation: SqlRelation, cells: list[Cells]) -> Iterator[Summary]:
    for start in range(0, len(cells), COLUMNS_PER_QUERY):
        yield from summarise(relation, cells[start : start + COLUMNS_PER_QUERY])


def _expected(summary: Summary, expected: ColumnType | None) -> Summary:
    """Whole floats are integers when integers are expected, and integers floats."""
    kind = summary.cells.kind
    if expected is None or not expected.is_numeric or not kind.is_numeric or expected is kind:
        return summary
    if kind is ColumnType.FLOAT and summary.count("not_whole"):
        return summary
    return Summary(as_kind(summary.cells, expected), summary.rows, summary.found)


def _different_rows(relation: SqlRelation, cells: list[Cells]) -> int:
    words = WORDS[relation.dialect]
    kept = [words.text(cell.raw) if cell.kind is ColumnType.TEXT else cell.raw for cell in cells]
    different = select(*(exp.alias_(value.copy(), f"c{place}") for place, value in enumerate(kept)))
    different = different.from_(relation.source.copy()).distinct()
    count = select(exp.Count(this=exp.Star())).from_(different.subquery("different"))
    return int(relation.ask(count)[0][0])


def _column(
    relation: SqlRelation, summary: Summary, expected: ColumnType | None, like: ColumnProfile | None
) -> ColumnProfile:
    if not summary.count("present"):
        return _all_missing(summary, expected, like)
    cells, grouped = summary.cells, group(relation, summary, like)
    low, high = _extremes(summary)
    return ColumnProfile(
        name=cells.name,
        type=cells.kind,
        rows=summary.rows,
        missing=summary.rows - summary.count("present"),
        distinct=grouped.distinct,
        frequent=grouped.frequent,
        nan=summary.count("nan"),
        infinite=_infinite(summary),
        minimum=low,
        maximum=high,
        lengths=_lengths(summary),
        patterns=grouped.patterns,
        **_numeric(relation, cells, grouped, like),
    )


def _all_missing(summary: Summary, expected: ColumnType | None, like: ColumnProfile | None) -> ColumnProfile:
    frequent = Frequent.of([], []) if like is None else Frequent.like(like.frequent, [], [])
    histogram = Histogram.on(like.histogram.edges, [], []) if like and like.histogram else None
    return ColumnProfile(
        summary.cells.name,
        expected or ColumnType.EMPTY,
        summary.rows,
        missing=summary.rows,
        distinct=0,
        frequent=frequent,
        histogram=histogram,
    )


def _numeric(
    relation: SqlRelation, cells: Cells, grouped: Grouped, like: ColumnProfile | None
) -> dict[str, Any]:
    if grouped.numbers is None or grouped.weights is None:
        return {}
    edges = like.histogram.edges if like and like.histogram else None
    if not grouped.numbers.size:
        return {"histogram": Histogram.on(edges, [], []) if edges else None}
    quantiles = Quantiles.of(grouped.numbers, grouped.weights)
    binned = count_bins(
        relation, cells, edges or Histogram.of(grouped.numbers, grouped.weights).edges, quantiles
    )
    return {
        "quantiles": quantiles,
        "histogram": binned.histogram,
        "moments": binned.moments,
        "outliers": binned.outliers,
        "far_outliers": binned.far_outliers,
    }


def _infinite(summary: Summary) -> int:
    if not summary.cells.is_number_like:
        return 0
    return summary.count("present") - summary.count("nan") - summary.count("finite")


def _lengths(summary: Summary) -> Lengths | None:
    if summary.cells.kind is not ColumnType.TEXT:
        return None
    return Lengths(*(summary.count(name) for name in ("present", "shortest", "longest", "total")))


def _extremes(summary: Summary) -> tuple[Scalar, Scalar]:
    """Numbers as such, all else as text."""
    cells, bounds = summary.cells, [summary.found["low"], summary.found["high"]]
    if bounds[0] is None:
        return None, None
    if cells.kind.is_numeric:
        convert = int if cells.kind is ColumnType.INTEGER else float
        return convert(bounds[0]), convert(bounds[1])
    fractions = summary.count("fractions") > 0
    low, high = labels(cells.kind, bounds, zoned=cells.zoned, fractions=fractions)
    return low, high
