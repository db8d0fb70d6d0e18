"""Pages that make a source and connect it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dataops.web.explanations import first_sentence
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import services
from quality.forms.connecting import ConnectionForm, NewSourceForm
from quality.models import DataSource
from quality.origins import ORIGINS, FetchError, Origin
from quality.views.managing import find_source, settings_page


@require_safe
@require_permission("quality.add_datasource")
def source_new(request: PageRequest) -> HttpResponse:
    """Which kind?"""
    origins = [(origin, first_sentence(origin)) for origin in ORIGINS if origin.fetches]
    return render(request, "quality/source_new.html", {"origins": origins})


@require_http_methods(["GET", "POST"])
@require_permission("quality.add_datasource")
def source_create(request: PageRequest, origin: str) -> HttpResponse:
    chosen = _origin(origin)
    form = NewSourceForm(request.POST or None, origin=chosen)
    looked = ""
    if request.method == "POST" and form.is_valid():
        try:
            if "look" in request.POST:
                looked = services.look_at(DataSource(kind=origin), config=form.config)
            else:
                source = services.open_source(
                    name=form.cleaned_data["name"], kind=origin, config=form.config, by=request.user
                )
                messages.success(
                    request,
                    _("%(name)s is connected. Run it now, or give it a schedule.") % {"name": source.name},
                )
                return redirect("quality:source_settings", source.pk)
        except FetchError as error:
            form.add_error(None, _("The connection does not work: %(error)s") % {"error": error})
        except ValidationError as error:
            _show_errors(form, error)
    context = {"form": form, "origin": chosen, "looked": looked}
    return render(request, "quality/source_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@require_permission("quality.change_datasource")
def source_connection(request: PageRequest, pk: int) -> HttpResponse:
    """Save where the data comes from, or only try it."""
    source = find_source(pk)
    form = ConnectionForm(request.POST, origin=_origin(source.kind), source=source, auto_id="connection_%s")
    looked = ""
    if form.is_valid():
        try:
            if "look" not in request.POST:
                services.connect_source(find_source(pk), config=form.config, by=request.user)
                messages.success(request, _("Saved. The next run fetches from there."))
                return redirect("quality:source_settings", pk)
            looked = services.look_at(source, config=form.config)
        except FetchError as error:
            form.add_error(None, _("The connection does not work: %(error)s") % {"error": error})
        except ValidationError as error:
            _show_errors(form, error)
    return settings_page(request, source, connection_form=form, looked=looked)


def _show_errors(form: ConnectionForm, error: ValidationError) -> None:
    """Messages of a service beside the fields they are about."""
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for place, said in found.items():
        name = place.removeprefix("config.")
        form.add_error(name if name in form.fields else None, said)


def _origin(key: str) -> Origin:
    if key not in ORIGINS or not ORIGINS[key].fetches:
        raise Http404(f"no kind of source {key!r} that fetches")
    return ORIGINS[key]
