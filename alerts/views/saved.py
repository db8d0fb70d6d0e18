"""Keeping views of the list."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from alerts import services
from alerts.forms import SavedViewForm
from alerts.models import SavedView
from alerts.services.saved import ALERTS, LISTS
from dataops.web.htmx import PageRequest
from dataops.web.words import lazy as _


@require_POST
def view_save(request: PageRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return _to_list(form.cleaned_data.get("area", ALERTS), request.POST.get("query", ""))
    try:
        view = services.save_view(**form.cleaned_data, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _to_list(form.cleaned_data["area"], form.cleaned_data["query"])
    messages.success(request, _("%(name)s is kept above the list.") % {"name": view.name})
    return _to_list(view.area, view.query)


@require_POST
def view_delete(request: PageRequest, pk: int) -> HttpResponse:
    """What the person may not delete is not found."""
    view = get_object_or_404(SavedView.objects.deletable_by(request.user), pk=pk)
    services.delete_view(view, by=request.user)
    messages.success(request, _("%(name)s is gone.") % {"name": view.name})
    return _to_list(view.area, "")


def _to_list(area: str, query: str) -> HttpResponse:
    """Under the same filters; only a query string is taken, never an address."""
    return redirect(f"{reverse(LISTS[area].route)}?{QueryDict(query).urlencode()}")
