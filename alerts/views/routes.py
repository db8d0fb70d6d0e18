"""Setting up routes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import services
from alerts.forms import RouteForm
from alerts.models import Route
from dataops.web.permissions import require_permission


@require_safe
def route_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "alerts/route_list.html",
        {"routes": Route.objects.prefetch_related("channels", "steps__channels")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_route")
def route_create(request: HttpRequest) -> HttpResponse:
    form = RouteForm(request.POST or None)
    if form.is_valid():
        route = services.create_route(**form.values, by=request.user)
        messages.success(request, f"{route.name} is in place.")
        return redirect("alerts:route_list")
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_route")
def route_edit(request: HttpRequest, pk: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=pk)
    form = RouteForm(request.POST or None, route=route)
    if form.is_valid():
        services.update_route(route, **form.values, by=request.user)
        messages.success(request, f"{route.name} is saved.")
        return redirect("alerts:route_list")
    return _form(request, form)


@require_POST
@require_permission("alerts.change_route")
def route_delete(request: HttpRequest, pk: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=pk)
    services.delete_route(route, by=request.user)
    messages.success(request, f"{route.name} is gone; its messages stay in the log.")
    return redirect("alerts:route_list")


def _form(request: HttpRequest, form: RouteForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "alerts/route_form.html", {"form": form, "route": form.route}, status=status)
