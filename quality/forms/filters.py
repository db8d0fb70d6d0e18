"""What the runs, suggestions and sources can be narrowed to; the same words in page and API."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import QuerySet
from django.forms import DateInput

from dataops.engine.checks import CHECKS
from dataops.web.runs import RunState, Trigger
from dataops.web.words import lazy as _
from quality.enums import Dimension, Outcome
from quality.models import CheckRun, DataSource, SuggestedRule

DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RunFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(field_name="state", choices=RunState.choices, empty_label=_("any"))
    outcome = django_filters.ChoiceFilter(
        label=_("Results"),
        method="by_outcome",
        choices=Outcome.choices,
        empty_label=_("any"),
        help_text=_("Runs with at least one such result."),
    )
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, empty_label=_("any"))
    since = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__gte",
        widget=DAY,
        label=_("From day"),
        help_text=_("A day, such as 2026-06-01."),
    )
    until = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__lte",
        widget=DAY,
        label=_("To day"),
        help_text=_("A day, itself included."),
    )
    below = django_filters.NumberFilter(
        field_name="score",
        lookup_expr="lt",
        label=_("Score below"),
        help_text=_("0 to 1."),
        min_value=0,
        max_value=1,
    )

    class Meta:
        model = CheckRun
        fields: list[str] = []

    def by_outcome(self, runs: QuerySet[CheckRun], _name: str, value: str) -> QuerySet[CheckRun]:
        return runs.filter(outcomes__has_key=value)


class SourceFilter(django_filters.FilterSet):
    """Archived sources are left out until asked for."""

    archived = django_filters.BooleanFilter(
        method="by_archived", help_text=_("`true` lists archived sources, the default those in use.")
    )

    class Meta:
        model = DataSource
        fields = ["name", "state", "kind"]

    def filter_queryset(self, queryset: QuerySet[DataSource]) -> QuerySet[DataSource]:
        found: QuerySet[DataSource] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["archived"] is not None else found.filter(archived_at=None)

    def by_archived(self, sources: QuerySet[DataSource], _name: str, value: Any) -> QuerySet[DataSource]:
        return sources.filter(archived_at__isnull=not value)


class SuggestionFilter(django_filters.FilterSet):
    """What the open suggestions of a source can be narrowed to."""

    q = django_filters.CharFilter(field_name="column", lookup_expr="icontains", label=_("Column has"))
    check = django_filters.ChoiceFilter(
        field_name="kind", choices=[(check.key, check.label) for check in CHECKS], empty_label=_("any")
    )
    dimension = django_filters.ChoiceFilter(
        label=_("Dimension"), method="by_dimension", choices=Dimension.choices, empty_label=_("any")
    )
    confidence = django_filters.ChoiceFilter(
        lookup_expr="gte",
        label=_("Sure of at least"),
        choices=[("0.999", "99.9 %"), ("0.99", "99 %"), ("0.95", "95 %")],
        empty_label=_("any"),
        help_text=_("Least share of rows that may be trusted to keep the rule."),
    )

    class Meta:
        model = SuggestedRule
        fields: list[str] = []

    def by_dimension(self, rules: QuerySet[SuggestedRule], _name: str, value: str) -> Any:
        return rules.filter(kind__in=[check.key for check in CHECKS if check.dimension == value])
