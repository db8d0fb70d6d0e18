"""The delivery log: every message, every try."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from alerts import selectors, services
from alerts.enums import NotificationState
from alerts.forms import DeliveryFilter
from alerts.models import Notification
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _

PAGE_SIZE = 50


@require_safe
def delivery_list(request: PageRequest) -> HttpResponse:
    found = DeliveryFilter(request.GET, selectors.deliveries())
    context = {
        "page_obj": Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": NotificationState.choices,
        "state": request.GET.get("state", ""),
    }
    part = "#delivery-table" if request.htmx else ""
    return render(request, f"alerts/delivery_list.html{part}", context)


@require_POST
@require_permission("alerts.handle_alert")
def delivery_retry(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Notification, pk=pk)
    try:
        services.retry(message, by=request.user)
    except services.Conflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("It is on its way again."))
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Back to the page the button was on, if that is one of ours."""
    page = request.POST.get("next", "")
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if ours else "alerts:delivery_list"
