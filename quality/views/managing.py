"""The settings of a source: every section is a form of its own on one page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dataops.web.confirming import identity_proven
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import services
from quality.forms import DeleteSourceForm, SourceForm
from quality.forms.connecting import ConnectionForm
from quality.forms.managing import ImportanceForm, RetentionForm, ScheduleForm
from quality.models import DataSource, Schedule
from quality.origins import ORIGINS


@require_http_methods(["GET", "POST"])
@require_permission("quality.change_datasource")
def source_settings(request: PageRequest, pk: int) -> HttpResponse:
    source = find_source(pk)
    if request.method != "POST":
        return settings_page(request, source)
    form = SourceForm(request.POST, instance=source, by=request.user)
    if form.is_valid():
        services.update_source(find_source(pk), by=request.user, **form.cleaned_data)
        return _saved(request, pk, _("Saved."))
    return settings_page(request, find_source(pk), form=form)


@require_POST
@require_permission("quality.change_datasource")
def source_schedule(request: PageRequest, pk: int) -> HttpResponse:
    source = find_source(pk)
    form = ScheduleForm(request.POST, instance=_schedule_of(find_source(pk)), auto_id="schedule_%s")
    if form.is_valid():
        services.set_schedule(source, by=request.user, **form.cleaned_data)
        return _saved(request, pk, "The schedule is saved.")
    return settings_page(request, source, schedule_form=form)


@require_POST
@require_permission("quality.change_datasource")
def source_retention(request: PageRequest, pk: int) -> HttpResponse:
    form = RetentionForm(request.POST, instance=find_source(pk), auto_id="retention_%s")
    if form.is_valid():
        services.update_source(find_source(pk), by=request.user, **form.cleaned_data)
        return _saved(request, pk, _("Saved."))
    return settings_page(request, find_source(pk), retention_form=form)


@require_POST
@require_permission("quality.change_datasource")
def source_importance(request: PageRequest, pk: int) -> HttpResponse:
    source = find_source(pk)
    form = _importance_form(source, request.POST)
    if form.is_valid():
        services.update_source(source, by=request.user, importance=form.importance)
        return _saved(request, pk, _("Saved. The next run counts with it."))
    return settings_page(request, source, importance_form=form)


@require_POST
@require_permission("quality.change_datasource")
def source_pause(request: PageRequest, pk: int) -> HttpResponse:
    """Pause the schedule, or let it go on."""
    paused = request.POST.get("paused") == "true"
    if services.pause_schedule(find_source(pk), by=request.user, paused=paused) is None:
        messages.error(request, _("There is no schedule yet."))
        return redirect("quality:source_settings", pk)
    return _saved(request, pk, _("The schedule is paused.") if paused else _("The schedule goes on."))


@require_POST
@require_permission("quality.change_datasource")
def source_archive(request: PageRequest, pk: int) -> HttpResponse:
    """Put the source away, or bring it back."""
    source = find_source(pk)
    if request.POST.get("archived") == "true":
        services.archive_source(source, by=request.user)
        return _saved(request, pk, _("%(name)s is archived. Nothing of it is lost.") % {"name": source.name})
    services.unarchive_source(source, by=request.user)
    return _saved(request, pk, _("%(name)s is back.") % {"name": source.name})


@require_http_methods(["GET", "POST"])
@require_permission("quality.delete_datasource")
@identity_proven
def source_delete(request: PageRequest, pk: int) -> HttpResponse:
    source = find_source(pk)
    form = DeleteSourceForm(request.POST or None, source=source)
    if form.is_valid():
        services.delete_source(source, by=request.user)
        messages.success(request, _("%(name)s is deleted.") % {"name": source.name})
        return redirect("quality:source_list")
    context = {"form": form, "source": source, "removal": services.removal_of(source)}
    return render(request, "quality/source_delete.html", context)


def settings_page(request: PageRequest, source: DataSource, **bound: Any) -> HttpResponse:
    """The whole tab; ``bound`` are the forms that came back with errors, and what a look met."""
    schedule = _schedule_of(source)
    context: dict[str, Any] = {
        "source": source,
        "tab": "settings",
        "form": SourceForm(instance=source, by=request.user),
        "schedule": schedule,
        "schedule_form": ScheduleForm(instance=schedule, auto_id="schedule_%s"),
        "retention_form": RetentionForm(instance=source, auto_id="retention_%s"),
        "importance_form": _importance_form(source),
        "expectation": services.expectation_now(schedule),
    }
    if source.kind in ORIGINS and ORIGINS[source.kind].fetches:
        origin = ORIGINS[source.kind]
        context |= {
            "origin": origin,
            "connection_form": ConnectionForm(origin=origin, source=source, auto_id="connection_%s"),
            "secrets_lost": not services.has_readable_secrets(source),
        }
    failed = any(getattr(form, "errors", None) for form in bound.values())
    return render(request, "quality/source_settings.html", context | bound, status=422 if failed else 200)


def find_source(pk: int) -> DataSource:
    return get_object_or_404(DataSource.objects.with_newest_run().select_related("schedule"), pk=pk)


def _schedule_of(source: DataSource) -> Schedule:
    """The schedule of a source, or an empty one to fill in."""
    return getattr(source, "schedule", None) or Schedule(source=source)


def _importance_form(source: DataSource, data: Any = None) -> ImportanceForm:
    profile = services.columns_of(source.newest_run)
    known = set(profile.names) if profile else set()
    return ImportanceForm(data, source=source, known=known, auto_id="importance_%s")


def _saved(request: PageRequest, pk: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("quality:source_settings", pk)
