"""Bytes that are no text in the encoding of their file."""

from __future__ import annotations

from sqlglot import exp

from dataops.engine.checks.base import TableCheck, nothing, of_share
from dataops.engine.checks.params import NoParams
from dataops.engine.checks.rowwise import text_of
from dataops.engine.checks.wording import percent
from dataops.engine.profile import Profile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql.build import literal
from dataops.engine.types import ColumnType, Dimension

REPLACEMENT = "\ufffd"


class UnreadableText(TableCheck):
    """Bytes that mean nothing in the encoding of the file, as a share of its cells.

    Stray bytes in UTF-8 are read as Windows-1252; what no encoding explains becomes the character
    U+FFFD, and the rows that hold it are shown. Either is a sign of a file put together from several,
    or damaged on its way. Formats that keep no bytes of text have no data for this.
    """

    key = "unreadable_text"
    label = "Unreadable text"
    dimension = Dimension.VALIDITY
    default_limits = Limits(warn=0.0, fail=0.01)
    by_default = True

    def measure(self, context: Context, params: NoParams) -> Measurement:
        count = context.unreadable_bytes
        cells = context.profile.rows * len(context.profile.columns)
        if count is None or not cells:
            return nothing("the data did not come as text in an encoding")
        encoding = context.writing.get("encoding", "")
        if not count:
            return of_share(cells, 0, f"every byte is text in {encoding}")
        failed = min(count, cells)
        message = f"{count:,} bytes are no text in {encoding}: {percent(failed / cells)} of {cells:,} cells"
        return of_share(cells, failed, message, failing=_with_replacement(context.profile))


def _with_replacement(profile: Profile) -> exp.Expr | None:
    """Rows that hold the character for what could not be read; None where no column can."""
    texts = [text_of(one) for one in profile.columns if one.type is ColumnType.TEXT or one.invalid]
    if not texts:
        return None
    # One flat call: a chain of thousands of conditions is nested too deeply to be written.
    together = exp.ConcatWs(expressions=[literal(" "), *texts])
    return exp.Contains(this=together, expression=literal(REPLACEMENT))
