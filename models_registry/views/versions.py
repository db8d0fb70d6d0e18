"""One version: how it came to be, what it is, and who answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.templatetags.ui import said
from dataops.web.words import lazy as _
from models_registry import presenters, selectors, services
from models_registry.formats.base import UnknownArtifact
from models_registry.formats.skops import installed, reviewed
from models_registry.forms import AllowTypeForm, CompareForm, DeployForm, PromoteForm, UploadModelForm
from models_registry.models import ModelVersion
from models_registry.views.common import find_model, refuse, tab, tell_cancelled

UPLOAD_IDS = "upload_%s"  # two forms with fields of one name stand on the page


@require_http_methods(["GET", "POST"])
@require_permission("models_registry.deploy_model")
def deploy(request: PageRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in ("name", "template") if request.GET.get(name)}
    form = DeployForm(request.POST or None, initial=asked)
    if form.is_valid():
        try:
            run = services.deploy_model(by=request.user, **form.cleaned_data)
        except InspectionError as error:
            refuse(form, error)
        else:
            return redirect(run.get_absolute_url())
    return _deploy_page(request, form, UploadModelForm(initial=asked, auto_id=UPLOAD_IDS))


@require_POST
@require_permission("models_registry.deploy_model")
def deploy_upload(request: PageRequest) -> HttpResponse:
    form = UploadModelForm(request.POST, request.FILES, auto_id=UPLOAD_IDS)
    if form.is_valid():
        try:
            run = services.deploy_artifact(by=request.user, **form.cleaned_data)
        except UnknownArtifact as error:
            form.add_error("file", said(error))
        except InspectionError as error:
            refuse(form, error)
        else:
            return redirect(run.get_absolute_url())
    return _deploy_page(request, DeployForm(), form)


def _deploy_page(request: PageRequest, sample: DeployForm, upload: UploadModelForm) -> HttpResponse:
    context = {"form": sample, "upload": upload}
    status = 422 if sample.errors or upload.errors else 200
    return render(request, "models_registry/deploy.html", context, status=status)


@require_http_methods(["GET", "POST"])
def allowed_types(request: PageRequest) -> HttpResponse:
    """What artifacts may name; an administrator adds to it."""
    if request.method == "POST" and not request.user.has_perm("models_registry.change_allowedtype"):
        raise PermissionDenied
    form = AllowTypeForm(request.POST or None)
    if form.is_valid():
        try:
            row = services.allow_type(by=request.user, **form.cleaned_data)
        except InspectionError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Artifacts may name %(name)s now.") % {"name": row.name})
            return redirect("models:allowed_types")
    context = {
        "form": form,
        "libraries": installed(),
        "reviewed": sorted(reviewed()),
        "added": selectors.added_types(),
    }
    return render(request, "models_registry/allowed_types.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission("models_registry.change_allowedtype")
def allowed_type_remove(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(selectors.added_types(), pk=pk)
    if services.disallow_type(row=row, by=request.user):
        messages.success(request, _("Artifacts that name %(name)s load no more.") % {"name": row.name})
    return redirect("models:allowed_types")


@require_safe
def version_detail(request: PageRequest, name: str, number: int) -> HttpResponse:
    """The model card."""
    version = _version(name, number)
    if request.htmx:
        if version.deploy_run.is_terminal:
            return HttpResponseClientRefresh()
        return render(request, "models_registry/version_detail.html#deploy-status", {"card": version})
    return _card(request, version, PromoteForm())


def _card(request: PageRequest, version: ModelVersion, form: PromoteForm, status: int = 200) -> HttpResponse:
    context = {
        "card": version,
        "model": version.model,
        "aliases": [a for a, holder in selectors.aliases_of(version.model).items() if holder == version],
        "metrics": presenters.metric_rows(version.training_metrics),
        "facts": presenters.version_facts(version),
        "sample": presenters.sample_rows(version),
        "form": form,
    }
    return render(request, "models_registry/version_detail.html", context, status=status)


@require_safe
def compare(request: PageRequest, name: str) -> HttpResponse:
    """Two versions side by side: the champion and the newest other one unless others are named."""
    model = find_model(name)
    form = CompareForm(model, request.GET or None)
    versions = form.versions()
    compared = services.compare_versions(*versions) if versions else None
    metrics = presenters.metric_pairs(compared.metrics) if compared else []
    return tab(request, model, "compare", form=form, compared=compared, metrics=metrics)


@require_POST
@require_permission("models_registry.promote_version")
def promote(request: PageRequest, name: str, number: int) -> HttpResponse:
    version = _version(name, number)
    form = PromoteForm(request.POST)
    if form.is_valid():
        try:
            change = services.promote_version(version=version, by=request.user, **form.cleaned_data)
        except InspectionError as error:
            refuse(form, error)
        else:
            messages.success(
                request,
                _("Version %(number)s is the %(alias)s now.") % {"number": number, "alias": change.alias},
            )
            return redirect(version.get_absolute_url())
    return _card(request, version, form, status=422)


@require_POST
@require_permission("models_registry.promote_version")
def withdraw(request: PageRequest, name: str, alias: str) -> HttpResponse:
    """Take challenger or shadow from the version that has it."""
    model, reason = find_model(name), request.POST.get("reason", "")
    try:
        change = services.withdraw_alias(model=model, alias=alias, reason=reason, by=request.user)
    except InspectionError as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request,
            _("Version %(number)s is the %(alias)s no more.")
            % {"number": change.version.number, "alias": alias},
        )
    return redirect("models:model_versions", name)


@require_POST
@require_permission("models_registry.deploy_model")
def deploy_cancel(request: PageRequest, name: str, number: int) -> HttpResponse:
    version = _version(name, number)
    changed = services.cancel_deploy(run=version.deploy_run, by=request.user)
    tell_cancelled(request, version.deploy_run, changed)
    return redirect(version.get_absolute_url())


def _version(name: str, number: int) -> ModelVersion:
    versions = ModelVersion.objects.without_blobs().select_related("model", "deploy_run", "created_by")
    return get_object_or_404(versions, model__name=name, number=number)
