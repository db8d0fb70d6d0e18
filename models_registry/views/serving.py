"""Try a model by hand."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dataops.engine.errors import InspectionError
from dataops.engine.profile import codec
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from models_registry import presenters, services
from models_registry.formats.signature import Signature
from models_registry.forms import instance_form
from models_registry.models import ModelVersion
from models_registry.views.common import find_model, refuse, tab


@require_http_methods(["GET", "POST"])
@require_permission("models_registry.predict")
def try_it(request: PageRequest, name: str) -> HttpResponse:
    """A form made from the champion's signature; its answer is a logged prediction like any other."""
    model = find_model(name)
    if model.champion_id is None:
        return tab(request, model, "try")
    version = ModelVersion.objects.select_related("model").get(pk=model.champion_id)
    signature = Signature.from_dict(version.signature)
    form = instance_form(signature, request.POST or None, _typical(version, signature))
    context = {"form": form, "card": version}
    if form.is_valid():
        try:
            context["answer"] = services.predict(model=model, version=version, instances=[form.cleaned_data])
            context["command"] = presenters.predict_command(version, form.cleaned_data)
        except InspectionError as error:
            refuse(form, error)
    if request.htmx:
        return render(request, "models_registry/model_try.html#try-it", context | {"model": model})
    return tab(request, model, "try", status=422 if form.errors else 200, **context)


def _typical(version: ModelVersion, signature: Signature) -> dict[str, Any]:
    """What the form starts with: the sample given at deploy, or the middle of the reference; or nothing."""
    if version.reference_profile:
        return presenters.typical_instance(signature, codec.decode(bytes(version.reference_profile)))
    return version.sample[0]["features"] if version.sample else {}
