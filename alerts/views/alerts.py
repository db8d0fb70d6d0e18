"""The list of alerts, one alert, and what people do with them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import ptag

from alerts import selectors, services
from alerts.enums import BY_PEOPLE
from alerts.forms import (
    ActionForm,
    AlertFilter,
    AssignForm,
    BulkForm,
    CommentForm,
    ReopenForm,
    ResolveForm,
    SnoozeForm,
)
from alerts.models import Alert, AlertEvent
from alerts.selectors.facets import DIMENSIONS
from alerts.views import filtering
from alerts.views.history import history_chart
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _

PAGE_SIZE = 50


def _list_tag(request: HttpRequest) -> str:
    """Changes when any alert was reported, handled or told about, and with the person's own filters."""
    seen = Subquery(Alert.objects.order_by("-last_seen_at").values("last_seen_at")[:1])
    newest = AlertEvent.objects.order_by("-pk").values_list("pk", seen).first()
    return f"{newest}/{request.get_full_path()}"


@require_safe
@ptag(_list_tag)
def alert_list(request: PageRequest) -> HttpResponse:
    params = filtering.params_of(request)
    choices = filtering.chosen(params)
    undivided = {name: value for name, value in params.items() if name not in DIMENSIONS}
    facets = selectors.facets(AlertFilter(undivided, Alert.objects.all(), request=request).qs, choices)
    found = AlertFilter(params | choices, Alert.objects.select_related("assignee"), request=request)
    pages = Paginator(found.qs, PAGE_SIZE)
    if found.is_valid():
        pages.count = facets.of("status", choices["status"])  # which need not be counted again
    page = pages.get_page(params.get("page"))
    context = {
        "page_obj": page,
        "sections": selectors.sections(list(page)),
        "groups": filtering.chip_groups(params, facets),
        "kept": {name: value for name, value in params.items() if value and name not in ("q", "page")},
        "search": params.get("q", ""),
        "views": selectors.kept_views("alerts", request.user),
        "resolutions": BY_PEOPLE,
        "knows_alerts": bool(facets.of("status", "all")),
    }
    part = "#alert-table" if request.htmx else ""
    return render(request, f"alerts/alert_list.html{part}", context)


@require_safe
def alert_detail(request: PageRequest, pk: int) -> HttpResponse:
    alert = _alert(pk, request.user)
    if request.htmx:
        return render(request, "alerts/alert_detail.html#alert-told", {"alert": alert} | _told(alert))
    services.read_about(alert, by=request.user)
    return _page(request, alert)


def _told(alert: Alert) -> dict[str, Any]:
    deliveries = list(selectors.deliveries_of(alert))
    return {"deliveries": deliveries, "is_moving": any(not message.is_finished for message in deliveries)}


def _alert(pk: int, by: Any) -> Alert:
    """With what the person says of its subject, as ``my_side``."""
    people = ("assignee", "acknowledged_by", "resolved_by", "snoozed_by")
    alerts = Alert.objects.select_related(*people).annotate(my_side=selectors.side_of(by))
    return get_object_or_404(alerts, pk=pk)


def _page(request: HttpRequest, alert: Alert, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of one alert; forms that were not accepted come with their errors and their input."""
    events = selectors.newest_events(alert)
    routes, patience, causes = services.routes_in_use(), services.Patience(), selectors.Causes()
    roots, related = ([], []) if alert.is_resolved else causes.and_related(alert)
    context = {
        "alert": alert,
        "events": events[: selectors.MOST_EVENTS],
        "has_older_events": len(events) > selectors.MOST_EVENTS,
        "episodes": selectors.episodes_of(events),
        **_told(alert),
        "chart": history_chart(alert, events[::-1]),
        "acknowledge_form": ActionForm(alert=alert, prefix="acknowledge"),
        "resolve_form": ResolveForm(alert=alert, prefix="resolve"),
        "reopen_form": ReopenForm(alert=alert, prefix="reopen"),
        "snooze_form": SnoozeForm(alert=alert, prefix="snooze"),
        "unsnooze_form": ActionForm(alert=alert, prefix="unsnooze"),
        "is_flapping": services.comes_and_goes(alert),
        "hold": None if alert.is_resolved else services.Quiet(routes, causes).hold_on(alert),
        "policy": patience.of(alert),
        "runbook": services.Runbooks([alert], patience).of(alert),
        "routing": services.routing_of(alert, routes),
        "causes": roots,
        "related": related,
        "endings": selectors.similar_endings(alert),
        "comment_form": CommentForm(prefix="comment"),
    }
    return render(request, "alerts/alert_detail.html", context | forms, status=status)


def _act(request: HttpRequest, pk: int, name: str, form_class: type[ActionForm], done: str) -> HttpResponse:
    """One action by its form; a refusal shows the alert as it is now, with what was typed."""
    alert = _alert(pk, request.user)
    form = form_class(request.POST, alert=alert, prefix=name)
    if not form.is_valid():
        return _page(request, alert, status=422, **{f"{name}_form": form})
    try:
        getattr(services, name)(alert, by=request.user, **form.values)
    except services.Conflict as conflict:
        form.add_error(None, str(conflict))
        messages.error(request, str(conflict))  # the form may have no place on the alert as it is now
        alert = _alert(pk, request.user)
        return _page(request, alert, status=409, **{f"{name}_form": _refreshed(form, alert)})
    messages.success(request, done)
    return redirect(alert)


def _refreshed(form: ActionForm, alert: Alert) -> ActionForm:
    """The form with its input kept, now about the alert as it is."""
    data = dict(form.data.items())
    data[form.add_prefix("version")] = str(alert.version)
    form.data = data
    return form


@require_POST
@require_permission("alerts.handle_alert")
def alert_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, "acknowledge", ActionForm, _("Acknowledged: everybody can see that you are on it.")
    )


@require_POST
@require_permission("alerts.handle_alert")
def alert_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, "resolve", ResolveForm, _("Resolved. It opens again by itself if the cause returns.")
    )


@require_POST
@require_permission("alerts.handle_alert")
def alert_snooze(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "snooze", SnoozeForm, _("Snoozed. You hear of it before that if it gets worse."))


@require_POST
@require_permission("alerts.handle_alert")
def alert_unsnooze(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "unsnooze", ActionForm, _("No longer snoozed."))


@require_POST
@require_permission("alerts.handle_alert")
def alert_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "reopen", ReopenForm, _("Open again."))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.handle_alert")
def alert_assign(request: PageRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _act(request, pk, "assign", AssignForm, _("Assigned."))
    alert = _alert(pk, request.user)
    context = {"alert": alert, "form": AssignForm(alert=alert, prefix="assign")}
    part = "#assign-form" if request.htmx else ""
    return render(request, f"alerts/alert_assign.html{part}", context)


@require_POST
@require_permission("alerts.handle_alert")
def alert_comment(request: HttpRequest, pk: int) -> HttpResponse:
    alert = _alert(pk, request.user)
    form = CommentForm(request.POST, prefix="comment")
    if not form.is_valid():
        return _page(request, alert, status=422, comment_form=form)
    services.comment(alert, comment=form.cleaned_data["comment"], by=request.user)
    return redirect(f"{alert.get_absolute_url()}#timeline")


@require_POST
@require_permission("alerts.handle_alert")
def alert_bulk(request: HttpRequest) -> HttpResponse:
    form = BulkForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return _back_to_list(request)
    if form.cleaned_data["action"] == BulkForm.ACKNOWLEDGE:
        result = services.acknowledge_many(form.cleaned_data["alert"], by=request.user)
    elif form.cleaned_data["action"] == BulkForm.SNOOZE:
        until = timezone.now() + timedelta(hours=BulkForm.SNOOZE_HOURS)
        result = services.snooze_many(form.cleaned_data["alert"], until=until, by=request.user)
    else:
        result = services.resolve_many(
            form.cleaned_data["alert"], resolution=form.cleaned_data["resolution"], by=request.user
        )
    _say(request, form.cleaned_data["action"], result)
    return _back_to_list(request)


DONE = {
    "acknowledge": _("Acknowledged: %(done)s."),
    "snooze": _("Snoozed: %(done)s."),
    "resolve": _("Resolved: %(done)s."),
}


def _say(request: HttpRequest, action: str, result: services.BulkResult) -> None:
    if result.done:
        messages.success(request, DONE[action] % {"done": result.done})
    if result.refused:
        first = next(iter(result.refused.values()))
        messages.warning(
            request,
            _("%(refused)s left as they are. %(first)s") % {"refused": len(result.refused), "first": first},
        )


def _back_to_list(request: HttpRequest) -> HttpResponse:
    """To the list under the same filters; only our own query string is taken, never an address."""
    query = QueryDict(request.POST.get("filters", "")).urlencode()
    return redirect(f"{reverse('alerts:alert_list')}?{query}")
