"""A query that selects bad rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import NEEDS_ROWS, TableCheck, nothing, of_share
from dataops.engine.checks.params import Kind, param
from dataops.engine.checks.queries import answered, asked, traced
from dataops.engine.checks.wording import share
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class SqlRowsParams:
    query: str = param(
        "", 'A SELECT of the bad rows from "data"', kind=Kind.QUERY, required=True,
        example="SELECT * FROM data WHERE 1 = 0",
    )  # fmt: skip


class SqlRows(TableCheck):
    """Number of rows a query selects, as a share of all rows.

    The data is called ``data``. More rows than there are count as all of them. They are shown as they
    stand in the data where they are rows of it: of one SELECT straight from ``data`` that neither
    groups nor counts. What a query makes of several rows is shown as it answers, without lines.
    """

    key = "sql_rows"
    label = "SQL: bad rows"
    dimension = Dimension.VALIDITY
    params = SqlRowsParams

    def measure(self, context: Context, params: SqlRowsParams) -> Measurement:
        if context.rows is None:
            return NEEDS_ROWS
        if not context.profile.rows:
            return nothing("there are no rows")
        query = asked(context, params.query)
        counted = exp.select(exp.Count(this=exp.Star())).from_(query.subquery("bad"))
        found = int(context.rows.query(counted)[0][0])
        failed = min(found, context.profile.rows)
        message = f"the query selects {share(failed, context.profile.rows)} rows"
        names = context.profile.names
        bad = (traced(params.query, names) or answered(query, params.query, names, found)) if found else None
        return of_share(context.profile.rows, failed, message, failing=bad, details={"selected": found})
