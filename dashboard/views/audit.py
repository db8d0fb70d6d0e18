"""Who changed what; for administrators."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms import AuditFilterForm
from dashboard.presenters.feed import target_url
from dashboard.selectors.people import audit_events, audited_areas
from dataops.web.permissions import require_permission

PAGE_SIZE = 50


@require_safe
@require_permission("web.view_auditevent")
def audit_log(request: HttpRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET, areas=audited_areas())
    page = Paginator(audit_events(**form.filters), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(event, target_url(event.target_type, event.target_id)) for event in page]
    context = {"form": form, "page_obj": page, "rows": rows, "is_filtered": bool(form.filters)}
    return render(request, "dashboard/audit_log.html", context)
