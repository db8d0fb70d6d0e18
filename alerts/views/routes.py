"""Setting up routes, and what a route would take."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import services
from alerts.forms import RouteForm
from alerts.models import Route
from alerts.views.editing import delete, edit
from dataops.web.htmx import PageRequest
from dataops.web.last_change import with_last_change
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _


@require_safe
def route_list(request: PageRequest) -> HttpResponse:
    routes = with_last_change(Route.objects.prefetch_related("channels", "steps__channels"), area="route")
    return render(request, "alerts/route_list.html", {"routes": routes})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_route")
def route_create(request: PageRequest) -> HttpResponse:
    return _edit(request, None, services.create_route, _("{} is in place."))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_route")
def route_edit(request: PageRequest, pk: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=pk)
    return _edit(request, route, partial(services.update_route, route), _("{} is saved."))


@require_POST
@require_permission("alerts.change_route")
def route_delete(request: PageRequest, pk: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=pk)
    done = _("{} is gone; its messages stay in the log.")
    return delete(request, route, noun="route", service=services.delete_route, done=done)


def _edit(request: PageRequest, route: Route | None, save: Any, done: str) -> HttpResponse:
    """The form beside what the route would take; ``preview`` asks for that alone and saves nothing."""
    form = RouteForm(request.POST or None, instance=route)
    context = {"form": form, "preview": _preview(form)}
    if request.htmx:
        return render(request, "alerts/route_form.html#route-preview", context)
    if "preview" in request.POST:
        return render(request, "alerts/route_form.html", context)
    return edit(request, form, noun="route", save=save, done=done, preview=context["preview"])


def _preview(form: RouteForm) -> services.RoutePreview | None:
    """None while the form does not say enough."""
    draft = form.draft
    return services.preview_route(**draft, instead_of=form.instance) if draft else None
