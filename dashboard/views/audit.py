"""Who changed what; for administrators."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms import AuditFilterForm
from dashboard.presenters.feed import target_url
from dashboard.selectors.people import audit_events, audited_areas
from dataops.web.exports import csv_answer, csv_pieces
from dataops.web.models import AuditEvent
from dataops.web.permissions import require_permission

PAGE_SIZE = 50
COLUMNS = ("position", "at", "who", "from", "action", "type", "id", "name", "changes", "digest")


@require_safe
@require_permission("web.view_auditevent")
def audit_log(request: HttpRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET, areas=audited_areas())
    page = Paginator(audit_events(**form.filters), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(event, target_url(event.target_type, event.target_id)) for event in page]
    context = {"form": form, "page_obj": page, "rows": rows, "is_filtered": bool(form.filters)}
    return render(request, "dashboard/audit_log.html", context)


@require_safe
@require_permission("web.view_auditevent")
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The log as filtered, newest first, as CSV that no spreadsheet takes for formulas."""
    form = AuditFilterForm(request.GET, areas=audited_areas())
    return csv_answer("audit.csv", csv_pieces(_rows(audit_events(**form.filters).iterator())))


def _rows(events: Iterable[AuditEvent]) -> Iterator[Iterable[Any]]:
    yield COLUMNS
    for event in events:
        yield (
            event.position, event.at.isoformat(), event.actor_name, event.address, event.action,
            event.target_type, event.target_id, event.target_name, json.dumps(event.changes), event.digest,
        )  # fmt: skip
