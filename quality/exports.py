"""Rows people take along, safe to open in a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from dataops.web.exports import csv_answer, csv_pieces
from quality.models import CheckRun
from quality.selectors import shown_rejects

COLUMNS = ("line", "offset", "reason", "text")


def rejects_csv(run: CheckRun) -> StreamingHttpResponse:
    """The kept rejects of a run: line, byte, reason and masked text."""
    return csv_answer(f"run-{run.pk}-rejects.csv", csv_pieces(_rows(run)))


def _rows(run: CheckRun) -> Iterator[Any]:
    yield COLUMNS
    for reject in shown_rejects(run):
        yield [reject.get(name) for name in COLUMNS]
