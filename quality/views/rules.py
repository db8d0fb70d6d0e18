"""Pages about what is expected of a source."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dataops.engine.checks import CHECKS, limits_in_words
from dataops.engine.errors import InvalidParameter
from dataops.engine.types import Dimension
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import services
from quality.forms.rules import PREFIX, RuleForm
from quality.models import BacktestRun, Check, DataSource
from quality.presenters.rules import kind_rows, rule_rows

OTHERS_SHOWN = 200


@require_safe
def source_rules(request: PageRequest, pk: int) -> HttpResponse:
    source = _source(pk)
    context = {
        "source": source,
        "tab": "rules",
        "rules": rule_rows(source),
        "others": DataSource.objects.active().exclude(pk=pk).order_by("name")[:OTHERS_SHOWN],
    }
    return render(request, "quality/source_rules.html", context)


@require_http_methods(["GET", "POST"])
@require_permission("quality.change_check")
def rule_add(request: PageRequest, pk: int) -> HttpResponse:
    """First the kind of check, then its form."""
    source, kind = _source(pk), request.GET.get("check", "")
    if kind not in CHECKS:
        kinds = {str(dimension): kind_rows(dimension) for dimension in Dimension}
        return render(request, "quality/rule_kinds.html", {"source": source, "kinds": kinds})
    blank = Check(source=source, kind=kind, severity=CHECKS[kind].severity.value)
    form = RuleForm(request.POST or None, instance=blank, columns=known_columns(source))
    # What another page knows already of the rule, such as the number that is to be watched.
    form.initial.update((name, value) for name, value in request.GET.items() if name in form.fields)
    if is_trial(request):
        return trial_page(request, form, blank)
    if request.method == "POST" and form.is_valid() and _saved(form, None, request.user):
        messages.success(request, _("Added. The next run uses it."))
        return redirect("quality:source_rules", pk)
    return form_page(request, form, blank)


@require_http_methods(["GET", "POST"])
@require_permission("quality.change_check")
def rule_edit(request: PageRequest, pk: int, rule_pk: int) -> HttpResponse:
    rule = _rule(pk, rule_pk)
    form = RuleForm(request.POST or None, instance=rule, columns=known_columns(rule.source))
    if is_trial(request):
        return trial_page(request, form, rule)
    if request.method == "POST" and form.is_valid() and _saved(form, rule_pk, request.user):
        messages.success(request, _("Saved. The next run uses it."))
        return redirect("quality:source_rules", pk)
    return form_page(request, form, rule)


@require_POST
@require_permission("quality.change_check")
def rules_copy(request: PageRequest, pk: int) -> HttpResponse:
    ids = [int(i) for i in request.POST.getlist("to") if i.isdecimal()]
    try:
        to = list(DataSource.objects.active().filter(pk__in=ids))
        copied = services.copy_rules(_source(pk), to=to, by=request.user)
    except ValidationError as error:
        messages.error(
            request, _("Nothing was copied: %(messages)s") % {"messages": "; ".join(error.messages)}
        )
        return redirect("quality:source_rules", pk)
    for one in copied:
        messages.success(
            request,
            _("%(name)s: %(added)s added, %(present)s were there already.")
            % {"name": one.source.name, "added": one.added, "present": one.present},
        )
    if not copied:
        messages.error(request, _("Tick at least one other source."))
    return redirect("quality:source_rules", pk)


@require_POST
@require_permission("quality.change_check")
def rule_remove(request: PageRequest, pk: int, rule_pk: int) -> HttpResponse:
    services.remove_check(_rule(pk, rule_pk), by=request.user)
    messages.success(request, _("Removed. Its open alerts are closed; earlier results stay."))
    return redirect("quality:source_rules", pk)


def _saved(form: RuleForm, rule_pk: int | None, by: Any) -> bool:
    """Hand the rule to the service; what it refuses stands in the form."""
    with refusals_in(form):
        if rule_pk is None:
            rule = form.instance
            services.add_check(rule.source, kind=rule.kind, by=by, **form.cleaned_data)
        else:
            services.configure_check(Check.objects.get(pk=rule_pk), by=by, **form.cleaned_data)
    return not form.errors


@contextmanager
def refusals_in(form: RuleForm) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        form.add_error(None, error.messages)
    except services.NothingToTry as nothing:
        form.add_error(None, str(nothing))
    except InvalidParameter as error:
        form.add_error(f"{PREFIX}{error.parameter}", str(error))


def is_trial(request: PageRequest) -> bool:
    return request.method == "POST" and "try" in request.POST


def trial_page(request: PageRequest, form: RuleForm, rule: Check, **context: Any) -> HttpResponse:
    """What the rule as it is written would have said of earlier runs; nothing is saved."""
    tried = None
    if form.is_valid() and request.POST["try"] == "rows":
        with refusals_in(form):
            return redirect(_row_trial(request, form, rule))
    elif form.is_valid():
        with refusals_in(form):
            tried = services.try_rule(rule.source, kind=rule.kind, **form.cleaned_data)
    return form_page(request, form, rule, tried=tried, **context)


def _row_trial(request: PageRequest, form: RuleForm, rule: Check) -> BacktestRun:
    """The job that tries the rule on rows; it takes its time, so it has a page of its own."""
    stored = Check.objects.get(pk=rule.pk) if rule.pk else None
    return services.request_backtest(
        rule.source, kind=rule.kind, rule=stored, by=request.user, **form.cleaned_data
    )


def form_page(request: PageRequest, form: RuleForm, rule: Check, **context: Any) -> HttpResponse:
    """The form of a rule; ``tried`` is what it would have said, ``suggestion`` what proposed it."""
    check = CHECKS[rule.kind]
    known = {
        "form": form,
        "rule": rule,
        "check": check,
        "limits": limits_in_words(check, services.limits_of(rule)),
        "about": _paragraphs(type(check).__doc__ or ""),
    }
    return render(request, "quality/rule_form.html", known | context)


def _paragraphs(docstring: str) -> list[str]:
    """What a check says of itself, without the line ends of its source."""
    return [" ".join(part.split()) for part in docstring.replace("``", "").split("\n\n")]


def known_columns(source: DataSource) -> list[str]:
    """The columns of the newest run."""
    profile = services.columns_of(source.newest_run)
    return list(profile.names) if profile else []


def _source(pk: int) -> DataSource:
    return get_object_or_404(DataSource.objects.with_newest_run(), pk=pk)


def _rule(pk: int, rule_pk: int) -> Check:
    rule = get_object_or_404(
        Check.objects.select_related("source__newest_run"), pk=rule_pk, source=_source(pk)
    )
    if rule.kind not in CHECKS:
        raise Http404(f"the check {rule.kind} is not installed")
    return rule
