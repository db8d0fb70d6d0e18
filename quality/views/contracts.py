"""The contract of a source: download, preview, apply, and the versions that were."""

from difflib import unified_diff
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from dataops.engine.errors import InvalidContract
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import services
from quality.forms import ContractForm
from quality.models import ContractVersion, DataSource
from quality.services import ContractPlan

LINES_OF_DIFF = 400


@require_safe
def source_contract(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _source(pk), ContractForm())


@require_safe
def contract_download(request: PageRequest, pk: int) -> HttpResponse:
    """The rules in force as YAML, or a version as it was handed in."""
    source = _source(pk)
    number = request.GET.get("version", "")
    version = get_object_or_404(source.contracts, number=number) if number.isdecimal() else None
    text = version.text if version else services.export_contract(source)
    ending = "yaml" if version is None or version.format != "great_expectations" else "json"
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="contract-{source.pk}.{ending}"'
    return answer


@require_POST
@require_permission("quality.change_check")
def contract_preview(request: PageRequest, pk: int) -> HttpResponse:
    """What a contract would change; applying it sends the same text once more."""
    source, form = _source(pk), ContractForm(request.POST, request.FILES)
    plan = _plan(source, form)
    if plan is None:
        return _page(request, source, form, status=422)
    if request.POST.get("apply") != "true":
        return _page(request, source, ContractForm(initial={"text": plan.text}), plan=plan)
    version = services.apply_contract(source, plan.text, by=request.user)
    messages.success(
        request, _("Contract %(number)s is applied. The next run checks it.") % {"number": version.number}
    )
    return redirect("quality:source_contract", pk)


def _plan(source: DataSource, form: ContractForm) -> ContractPlan | None:
    """None when the form has an error, which it shows."""
    if not form.is_valid():
        return None
    try:
        return services.plan_contract(source, form.cleaned_data["contract"])
    except InvalidContract as error:
        form.add_error(None, str(error))
        return None


@require_safe
def contract_version(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """One version, and what differs from the one before."""
    source = _source(pk)
    version = get_object_or_404(source.contracts.select_related("applied_by", "source"), number=number)
    before = source.contracts.filter(number__lt=number).select_related("source").first()
    context = {
        "source": source,
        "tab": "contract",
        "version": version,
        "before": before,
        "rules": services.compare_contracts(before, version) if before else None,
        "diff": _diff(before, version) if before else [],
        "lines": version.lines,
    }
    return render(request, "quality/contract_version.html", context)


def _diff(before: ContractVersion, after: ContractVersion) -> list[tuple[str, str]]:
    """Lines of a unified diff, each with how it looks: added, removed, or neither."""
    looks = {"+": "ok", "-": "bad", "@": "muted"}
    lines = unified_diff(
        before.text.splitlines(), after.text.splitlines(), f"contract {before.number}",
        f"contract {after.number}", lineterm="",
    )  # fmt: skip
    return [(looks.get(line[:1], ""), line) for line, _ in zip(lines, range(LINES_OF_DIFF), strict=False)]


def _page(
    request: PageRequest,
    source: DataSource,
    form: ContractForm,
    *,
    plan: ContractPlan | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "source": source,
        "tab": "contract",
        "form": form,
        "plan": plan,
        "lines": plan.translation.lines if plan else [],
        "versions": source.contracts.select_related("applied_by").defer("text", "lines")[:100],
    }
    return render(request, "quality/source_contract.html", context, status=status)


def _source(pk: int) -> DataSource:
    return get_object_or_404(DataSource.objects.with_newest_run(), pk=pk)
