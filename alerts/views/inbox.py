"""One's own inbox, and the bell that counts it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import ptag

from alerts import selectors, services
from alerts.models import Notice
from dataops.web.htmx import PageRequest, wanted_part
from dataops.web.words import lazy as _

PAGE_SIZE = 50


def _bell_tag(request: HttpRequest) -> str | None:
    """For the bell alone; the page is always made anew."""
    return selectors.unread_mark(request.user) if wanted_part(request) == "bell" else None


@require_safe
@ptag(_bell_tag)
def inbox(request: PageRequest) -> HttpResponse:
    if wanted_part(request) == "bell":
        return render(request, "components/_bell.html", {"bell": selectors.bell(request.user)})
    only_unread = request.GET.get("show") != "all"
    found = selectors.inbox(request.user, only_unread=only_unread)
    context = {
        "page_obj": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "only_unread": only_unread,
    }
    return render(request, "alerts/inbox.html", context)


@require_POST
def inbox_read(request: PageRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    services.read(request.user, keys=[notice.pk])
    return redirect("alerts:inbox")


@require_POST
def inbox_read_all(request: PageRequest) -> HttpResponse:
    count = services.read(request.user)
    messages.success(request, _("Marked as read: %(count)s.") % {"count": count})
    return redirect("alerts:inbox")
