"""Many rules measured on the same rows, with what they ask first put in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from dataops.engine.checks import CHECKS, Context, make_params
from dataops.engine.errors import InspectionError
from dataops.engine.profile import Profile
from dataops.engine.protocols import Measurement, Rows
from dataops.engine.suggest.suggestion import Suggestion

# A statement costs a walk through all columns of the table, whatever it asks; a long one is slow to plan.
# Of 3,000 columns 60 took least; 25 took a tenth more, and 150 too.
TOGETHER = 60

Answer = list[tuple[Any, ...]]


def measure(suggestion: Suggestion, found: Profile, rows: Rows | None) -> Measurement | None:
    """What the check of a suggestion measures; None when it is not installed or cannot be applied."""
    spec = suggestion.spec
    if spec.check not in CHECKS:
        return None
    check = CHECKS[spec.check]
    column = found.column(spec.column) if spec.column else None
    try:
        return check.measure(
            Context(found, column, rows=rows), make_params(check.params, spec.params, check=check.key)
        )
    except InspectionError:
        return None


def measure_all(
    suggestions: Sequence[Suggestion], found: Profile, rows: Rows
) -> Iterator[tuple[Suggestion, Measurement | None]]:
    """Each suggestion with what ``measure`` gives for it."""
    for start in range(0, len(suggestions), TOGETHER):
        some = suggestions[start : start + TOGETHER]
        heard = [_listen(suggestion, found, rows) for suggestion in some]
        answers = _ask([one for one in heard if isinstance(one, exp.Select)], rows)
        for suggestion, one in zip(some, heard, strict=True):
            if isinstance(one, exp.Select):
                yield suggestion, measure(suggestion, found, _Answered(rows, next(answers)))
            else:
                yield suggestion, one


def _listen(suggestion: Suggestion, found: Profile, rows: Rows) -> Measurement | exp.Select | None:
    """What a rule measures, or the first thing it asks the rows for."""
    try:
        return measure(suggestion, found, _Listening(rows))
    except _Asked as asked:
        return asked.query


def _ask(queries: Sequence[exp.Select], rows: Rows) -> Iterator[Answer | None]:
    """The answer to each query; None for those that cannot be asked with others."""
    joined = [query for query in queries if _only_counts(query)]
    found: tuple[Any, ...] = ()
    if joined:
        columns = [column for query in joined for column in query.expressions]
        try:
            (found,) = rows.query(exp.select(*columns, copy=False).from_(rows.table, copy=False))
        except InspectionError:
            joined = []  # One of them is refused: each finds out for itself.
    together, start = {id(query) for query in joined}, 0
    for query in queries:
        if id(query) in together:
            yield [found[start : start + len(query.expressions)]]
            start += len(query.expressions)
        else:
            yield None


def _only_counts(query: exp.Select) -> bool:
    """Whether it selects nothing but counts over all rows, so that it can stand beside others."""
    plain = {name for name, value in query.args.items() if value} == {"expressions", "from_"}
    return plain and all(isinstance(column, exp.Count) for column in query.expressions)


class _Asked(Exception):  # noqa: N818 - no error: what a rule wants to know
    def __init__(self, query: exp.Select) -> None:
        self.query = query


@dataclass
class _Listening:
    """Rows that pass on what they are asked, and are asked no more."""

    rows: Rows

    @property
    def table(self) -> exp.Table:
        return self.rows.table

    @property
    def profile(self) -> Profile:
        return self.rows.profile

    @property
    def earlier(self) -> exp.Table | None:
        return self.rows.earlier

    @property
    def joins_others(self) -> bool:
        return self.rows.joins_others

    def query(self, query: exp.Query) -> Answer:
        if isinstance(query, exp.Select):
            raise _Asked(query)
        return self.rows.query(query)

    def where(self, condition: exp.Expr) -> Rows:
        return self.rows.where(condition)


@dataclass
class _Answered(_Listening):
    """Rows that know the answer to what they are asked first."""

    answer: Answer | None

    def query(self, query: exp.Query) -> Answer:
        answer, self.answer = self.answer, None
        return self.rows.query(query) if answer is None else answer
