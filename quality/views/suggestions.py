"""Rules that the data proposes: shown with what speaks for them, taken or left."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dataops.engine.checks import CHECKS
from dataops.engine.errors import InspectionError
from dataops.web import runs
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import selectors, services
from quality.forms.filters import SuggestionFilter
from quality.forms.rules import RuleForm
from quality.models import CheckResult, CheckRun, DataSource, SuggestedRule, SuggestionRun
from quality.presenters.rules import group_rows
from quality.views.rules import form_page, is_trial, known_columns, refusals_in, trial_page

COLUMNS_A_PAGE = 25
SHOWN, SHOWN_OF_ONE = 20, 300
FEW = 10


@require_safe
def source_suggestions(request: PageRequest, pk: int) -> HttpResponse:
    """Open suggestions by column; while a run looks for them, its progress."""
    source = _source(pk)
    job = source.suggestion_runs.first()
    is_free = job is None or job.is_terminal
    if request.htmx:
        status = "quality/source_suggestions.html#search-status"
        return (
            HttpResponseClientRefresh()
            if is_free
            else render(request, status, {"source": source, "job": job})
        )
    filters, found = _filtered(request, source)
    column = request.GET.get("column")
    page = Paginator(selectors.suggested_columns(found), COLUMNS_A_PAGE).get_page(request.GET.get("page"))
    most = SHOWN if column is None else SHOWN_OF_ONE
    count = found.count()
    context = {
        "source": source,
        "tab": "suggestions",
        "job": job,
        "is_free": is_free,
        "filter_form": filters.form,
        "is_filtered": any(request.GET.get(name) for name in filters.filters) or column is not None,
        "column": column,
        "page_obj": page,
        "groups": group_rows(selectors.suggestion_groups(found, list(page), most=most)),
        "count": count,
        "open": count <= FEW or column is not None,
    }
    return render(request, "quality/source_suggestions.html", context)


@require_POST
@require_permission("quality.change_check")
def suggestions_ask(request: PageRequest, pk: int) -> HttpResponse:
    try:
        services.request_suggestions(_source(pk), by=request.user)
    except services.NothingToLearn as nothing:
        messages.error(request, str(nothing))
    return redirect("quality:source_suggestions", pk)


@require_POST
@require_permission("quality.change_check")
def suggestions_cancel(request: PageRequest, pk: int, job_pk: int) -> HttpResponse:
    runs.cancel(get_object_or_404(SuggestionRun, pk=job_pk, source=_source(pk)))
    return redirect("quality:source_suggestions", pk)


@require_POST
@require_permission("quality.change_check")
def suggestions_decide(request: PageRequest, pk: int) -> HttpResponse:
    """Accept or dismiss what is ticked: single ones, whole columns, or all that the filter shows."""
    source = _source(pk)
    ids = _ticked(request, source)
    if not ids:
        messages.error(request, _("Tick at least one suggestion."))
        return _back(request, pk)
    try:
        if request.POST.get("action") == "dismiss":
            _dismissed(request, services.dismiss_suggestions(source, ids=ids, by=request.user))
        else:
            _accepted(request, services.accept_suggestions(source, ids=ids, by=request.user))
    except (ValidationError, InspectionError) as error:
        text = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.error(request, _("Nothing was changed: %(text)s") % {"text": text})
    return _back(request, pk)


@require_http_methods(["GET", "POST"])
@require_permission("quality.change_check")
def suggestion_edit(request: PageRequest, pk: int, suggestion_pk: int) -> HttpResponse:
    """The form of a rule, filled with what is proposed: changed, tried, then accepted."""
    suggestion = get_object_or_404(
        SuggestedRule.objects.proposed().select_related("source__newest_run"), pk=suggestion_pk, source=pk
    )
    if suggestion.kind not in CHECKS:
        raise Http404(f"the check {suggestion.kind} is not installed")
    rule = services.rule_of(suggestion)
    form = RuleForm(request.POST or None, instance=rule, columns=known_columns(suggestion.source))
    if is_trial(request):
        return trial_page(request, form, rule, suggestion=suggestion)
    if request.method == "POST" and form.is_valid():
        edits = {suggestion.pk: form.cleaned_data}
        with refusals_in(form):
            made = services.accept_suggestions(
                suggestion.source, ids=[suggestion.pk], edits=edits, by=request.user
            )
            _accepted(request, made)
            return _back(request, pk)
    return form_page(request, form, rule, suggestion=suggestion)


def _accepted(request: PageRequest, rules: list[Any]) -> None:
    said = ngettext(
        "%(count)s rule added. The next run checks it.",
        "%(count)s rules added. The next run checks them.",
        len(rules),
    )
    messages.success(request, said % {"count": len(rules)})


def _dismissed(request: PageRequest, count: int) -> None:
    messages.success(request, _("%(count)s dismissed; not proposed again.") % {"count": count})


def _filtered(request: PageRequest, source: DataSource) -> tuple[SuggestionFilter, QuerySet[SuggestedRule]]:
    """The open suggestions that the address asks for; an empty ``column`` is the whole table."""
    filters = SuggestionFilter(request.GET, queryset=source.suggested_rules.proposed())
    column = request.GET.get("column")
    return filters, filters.qs if column is None else filters.qs.filter(column=column)


def _ticked(request: PageRequest, source: DataSource) -> set[int]:
    """Ids of what is ticked one by one, and of what a tick at a column or at all of them stands for."""
    ids = {int(i) for i in request.POST.getlist("id") if i.isdecimal()}
    whole = _filtered(request, source)[1].values_list("pk", flat=True)
    if "all" in request.POST:
        return ids | set(whole)
    columns: Iterable[str] = request.POST.getlist("whole")
    return ids | (set(whole.filter(column__in=columns)) if columns else set())


def _back(request: PageRequest, pk: int) -> HttpResponse:
    """The list as it was narrowed."""
    query = request.GET.urlencode()
    return redirect(reverse("quality:source_suggestions", args=[pk]) + (f"?{query}" if query else ""))


@require_POST
@require_permission("quality.run_checks")
def run_expect(request: PageRequest, pk: int) -> HttpResponse:
    """An unusual number of this run was expected."""
    number = request.POST.get("result", "")
    run = get_object_or_404(CheckRun, pk=pk)
    result = get_object_or_404(CheckResult, run=run, pk=number if number.isdecimal() else 0)
    try:
        run = services.expect_result(result, by=request.user)
    except services.NotUnusual as error:
        messages.error(request, str(error))
        return redirect("quality:run_detail", pk)
    messages.success(request, _("Noted: this is normal from now on."))
    return redirect(run)


def _source(pk: int) -> DataSource:
    return get_object_or_404(DataSource.objects.with_newest_run(), pk=pk)
