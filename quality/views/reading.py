"""How a file was read, and correcting it; what could not be read, to take along."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dataops.engine.errors import InspectionError
from dataops.engine.readers import Preview
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import selectors, services
from quality.exports import rejects_csv
from quality.forms.reading import ReadingForm, initial_of
from quality.models import CheckRun, DataSource, Snapshot
from quality.presenters import reading_facts

NOT_KEPT = _("The file is no longer kept; upload it again to read it in another way.")
READ_AGAIN = _("The file is read again.")
READ_SO_FROM_NOW = _("The file is read again. Later files too.")
CANNOT_REMEMBER = _("You may not change what this source remembers.")


@require_http_methods(["GET", "POST"])
@require_permission("quality.run_checks")
def run_reading(request: PageRequest, pk: int) -> HttpResponse:
    """A preview under the dialect of the form; posted, a new run that reads so."""
    run, snapshot = _run(pk), _snapshot_of(pk)
    asked = request.POST or (request.GET if "delimiter" in request.GET else None)
    known = services.known_writing(snapshot)
    form = ReadingForm(asked, initial=initial_of(known))
    if request.method == "POST" and form.is_valid():
        remember = form.cleaned_data["remember"]
        if remember and not request.user.has_perm("quality.change_datasource"):
            form.add_error("remember", CANNOT_REMEMBER)
        else:
            new = services.read_again(snapshot, dialect=form.dialect(), by=request.user, remember=remember)
            messages.info(request, READ_SO_FROM_NOW if remember else READ_AGAIN)
            return redirect(new)
    dialect = form.dialect() if form.is_bound and form.is_valid() else known
    found, problem = (
        (None, NOT_KEPT)
        if snapshot.file_removed_at is not None
        else preview_or_problem(lambda: services.preview_snapshot(snapshot, dialect=dialect))
    )
    found = selectors.shown_preview(found, run.source) if found else None
    context = {
        "run": run,
        "form": form,
        "found": found,
        "problem": problem or (found.problem if found else ""),
        "facts": reading_facts(found) if found else [],
        "rows": zip(found.lines, found.rows, strict=True) if found else [],
    }
    return render(request, "quality/run_reading.html", context, status=422 if form.errors else 200)


def preview_or_problem(look: Callable[[], Preview]) -> tuple[Preview | None, str]:
    """A preview, or why there is none."""
    try:
        return look(), ""
    except FileNotFoundError:
        return None, NOT_KEPT
    except InspectionError as error:
        return None, str(error)


@require_safe
def run_rejects(request: PageRequest, pk: int) -> HttpResponseBase:
    """The records that could not be loaded, as a file."""
    return rejects_csv(_run(pk))


@require_POST
@require_permission("quality.change_datasource")
def source_missing(request: PageRequest, pk: int) -> HttpResponse:
    """From now on a word means that there is no value, in the column named; the newest file is read again."""
    source = get_object_or_404(DataSource, pk=pk)
    token = request.POST.get("token", "").strip()[:60]
    if not token:
        messages.error(request, _("Name the word."))
        return redirect(source)
    column = request.POST.get("column", "")
    services.call_missing(source, token, column=column, by=request.user)
    said = _("%(token)s means missing in %(column)s now.") if column else _("%(token)s means missing now.")
    messages.success(request, said % {"token": token, "column": column})
    try:
        return redirect(services.request_run(source, by=request.user))
    except services.NothingToCheck:
        return redirect(source)


def _snapshot_of(pk: int) -> Snapshot:
    """The content of run ``pk``; a run that could not fetch any has none."""
    return get_object_or_404(Snapshot.objects.select_related("source"), runs=pk)


def _run(pk: int) -> CheckRun:
    return get_object_or_404(CheckRun.objects.select_related("source", "snapshot"), pk=pk)
