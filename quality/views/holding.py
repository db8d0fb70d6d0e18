"""A file that was handed in to be looked at first: how it would be read, then its check."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import services
from quality.forms.reading import StartForm, initial_of
from quality.models import DataSource, HeldUpload
from quality.presenters import reading_facts
from quality.views.reading import CANNOT_REMEMBER, preview_or_problem

STARTED, MOST_REMEMBERED = "started_uploads", 10


@require_http_methods(["GET", "POST"])
@require_permission("quality.upload_data")
def upload_look(request: PageRequest, pk: int) -> HttpResponse:
    """A preview under the dialect of the form; posted, the file goes to its source and is checked.

    Whoever comes back to a file that they started is sent on to its run.
    """
    if run := request.session.get(STARTED, {}).get(str(pk)):
        return redirect("quality:run_detail", pk=run)
    held = find_held(request, pk)
    known = services.held_writing(held)
    asked = request.POST or (request.GET if "delimiter" in request.GET else None)
    form = StartForm(asked, initial=initial_of(known) | {"source": services.intended_name(held)})
    if request.method == "POST" and form.is_valid() and _may_remember(request, form):
        try:
            receipt = services.start_held(held, by=request.user, **form.choice())
        except (InspectionError, services.NotHeld) as error:
            form.add_error(None, str(error))
        else:
            _remember_run(request, pk, receipt.run.pk)
            return redirect(receipt.run)
    dialect = form.dialect() if form.is_bound and form.is_valid() else known
    found, problem = preview_or_problem(lambda: services.preview_held(held, dialect=dialect))
    context = {
        "held": held,
        "form": form,
        "found": found,
        "problem": problem or (found.problem if found else ""),
        "facts": reading_facts(found) if found else [],
        "rows": zip(found.lines, found.rows, strict=True) if found else [],
    }
    return render(request, "quality/upload_look.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission("quality.upload_data")
def upload_discard(request: PageRequest, pk: int) -> HttpResponse:
    held = find_held(request, pk)
    services.discard_held(held, by=request.user)
    messages.success(
        request, _("%(file_name)s is thrown away; nothing of it was kept.") % {"file_name": held.file_name}
    )
    return redirect("quality:source_list")


def find_held(request: PageRequest, pk: int) -> HeldUpload:
    """One that the person may see."""
    return get_object_or_404(services.held_for(request.user), pk=pk)


def _remember_run(request: PageRequest, pk: int, run: int) -> None:
    """For a step back in this browser: the file itself is no longer held."""
    started = {**request.session.get(STARTED, {}), str(pk): run}
    request.session[STARTED] = dict(list(started.items())[-MOST_REMEMBERED:])


def _may_remember(request: PageRequest, form: StartForm) -> bool:
    """Whoever makes a source says how it is read; of one that exists, only who may change it."""
    exists = DataSource.objects.filter(name=form.cleaned_data["source"]).exists()
    allowed = request.user.has_perm("quality.change_datasource") or not exists
    if form.cleaned_data["remember"] and not allowed:
        form.add_error("remember", CANNOT_REMEMBER)
    return not form.errors
