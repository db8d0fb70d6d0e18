"""What the runs of a source can be narrowed to; the same words in page and API."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import QuerySet
from django.forms import DateInput

from dataops.web.runs import RunState, Trigger
from quality.models import CheckRun, DataSource

DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RunFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(field_name="state", choices=RunState.choices, empty_label="any")
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, empty_label="any")
    since = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__gte",
        widget=DAY,
        label="From day",
        help_text="A day, such as 2026-06-01.",
    )
    until = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__lte",
        widget=DAY,
        label="To day",
        help_text="A day, itself included.",
    )
    below = django_filters.NumberFilter(
        field_name="score",
        lookup_expr="lt",
        label="Score below",
        help_text="0 to 1.",
        min_value=0,
        max_value=1,
    )

    class Meta:
        model = CheckRun
        fields: list[str] = []


class SourceFilter(django_filters.FilterSet):
    """Archived sources are left out until asked for."""

    archived = django_filters.BooleanFilter(
        method="by_archived", help_text="`true` lists archived sources, the default those in use."
    )

    class Meta:
        model = DataSource
        fields = ["name", "state", "kind"]

    def filter_queryset(self, queryset: QuerySet[DataSource]) -> QuerySet[DataSource]:
        found: QuerySet[DataSource] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["archived"] is not None else found.filter(archived_at=None)

    def by_archived(self, sources: QuerySet[DataSource], _name: str, value: Any) -> QuerySet[DataSource]:
        return sources.filter(archived_at__isnull=not value)
