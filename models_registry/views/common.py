"""What the pages of a model share."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dataops.engine.errors import InspectionError
from dataops.web.runs import Run
from dataops.web.words import lazy as _
from models_registry.models import Model


def find_model(name: str) -> Model:
    """The model with owner, champion and when it is watched; one query."""
    models = Model.objects.select_related("champion", "owner", "watch").defer("champion__reference_profile")
    return get_object_or_404(models, name=name)


def tab(request: HttpRequest, model: Model, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A tab of the model's page: ``models_registry/model_<name>.html``."""
    template = f"models_registry/model_{name}.html"
    return render(request, template, {"model": model, "tab": name, **context}, status=status)


def refuse(form: forms.Form, error: InspectionError) -> None:
    """Put what a service refused on the form, where the person sees it."""
    form.add_error(error.location if error.location in form.fields else None, str(error))


def tell_cancelled(request: HttpRequest, run: Run, changed: bool) -> None:
    """Say what became of a wish to cancel."""
    if not changed:
        messages.warning(request, _("The run was over already."))
    else:
        messages.info(request, _("Cancelled.") if run.is_terminal else _("The run stops at its next step."))
