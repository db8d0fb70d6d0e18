"""Rows people take along, safe to open in a spreadsheet."""

import csv

from django.http import HttpResponse

from dataops.web.exports import safe_cell
from quality.models import CheckRun
from quality.selectors import shown_rejects


def rejects_csv(run: CheckRun) -> HttpResponse:
    """The kept rejects of a run: line, byte, reason and masked text."""
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="run-{run.pk}-rejects.csv"'},
    )
    writer = csv.writer(answer)
    writer.writerow(["line", "offset", "reason", "text"])
    for reject in shown_rejects(run):
        place = reject.get("offset")
        row = (str(reject["line"]), "" if place is None else str(place), reject["reason"], reject["text"])
        writer.writerow(map(safe_cell, row))
    return answer
