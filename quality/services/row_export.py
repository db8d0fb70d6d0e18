"""All failing rows of a result as CSV, read from the stored file while it is sent.

The run noted where every failing row stands, so a download is one pass over the file that stops at
the last of them: the first rows leave at once, and no more than a block is in memory. Rows that
stand in no file are given as far as they are kept.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied

from dataops.engine.errors import UnreadableData
from dataops.engine.rows import read_rows
from dataops.web import audit
from dataops.web.apart import Rows
from dataops.web.exports import csv_pieces
from dataops.web.runs import WorthAnotherTry
from dataops.web.words import lazy as _
from quality import selectors
from quality.enums import RowKind
from quality.models import CheckResult, CheckRun, FailingRows, unpack_numbers
from quality.services.stored import rows_of

UNMASK = "quality.unmask_failing_rows"


class RowsGone(Exception):  # noqa: N818 - reads as what is the case
    """The failing rows of a result cannot be given any more; the message says why."""


def allow_unmask(run: CheckRun, *, by: Any, wanted: bool) -> bool:
    """Whether personal data is shown: if it was asked for, which is noted. Raises PermissionDenied."""
    if not wanted:
        return False
    if not by.has_perm(UNMASK):
        raise PermissionDenied(
            _("Personal data is shown with the permission %(permission)s.") % {"permission": UNMASK}
        )
    audit.record("failing_rows.unmasked", by=by, target=run)
    return True


def export_failing_rows(result: CheckResult, *, by: Any, unmask: bool = False) -> Iterator[str]:
    """CSV with the line (or record number, if any) and every column, in pieces; safe in a spreadsheet.

    Raises RowsGone when the source keeps no rows, their days are over, or the file was removed.
    """
    kept = selectors.kept_rows(result.run).filter(result=result).first()
    if kept is None:
        raise RowsGone(
            _(
                "No failing rows are kept of this result: it has none, their days are over,"
                " or the source keeps none."
            )
        )
    changes = {"result": result.pk}
    if kept.kind != RowKind.FILE:
        audit.record("failing_rows.downloaded", by=by, target=result.run, changes=changes)
        return csv_pieces(_kept_rows(kept, unmask))
    snapshot = result.run.snapshot
    if snapshot is None or snapshot.file_removed_at is not None:
        raise RowsGone(_("The file was removed after its time; the sample of rows is what is left."))
    try:
        dataset = rows_of(snapshot)
    except (OSError, UnreadableData, WorthAnotherTry) as error:
        raise RowsGone(_("The stored file cannot be read: %(error)s") % {"error": error}) from error
    audit.record("failing_rows.downloaded", by=by, target=result.run, changes=changes)
    return csv_pieces(_rows(dataset, kept, unmask))


def _rows(dataset: Rows, kept: FailingRows, unmask: bool) -> Iterator[Iterable[Any]]:
    yield "record" if dataset.typed else "line", *dataset.names
    for number, cells in read_rows(dataset, unpack_numbers(bytes(kept.numbers))):
        yield number, *selectors.shown_texts(dataset.names, cells, kept.personal, unmask=unmask)


def _kept_rows(kept: FailingRows, unmask: bool) -> Iterator[Iterable[Any]]:
    yield kept.columns
    for _number, *cells in kept.rows:
        yield selectors.shown_texts(kept.columns, cells, kept.personal, unmask=unmask)
