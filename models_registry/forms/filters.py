"""What the prediction log can be narrowed to; the same words on the page and over the API."""

from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import F, Q, QuerySet
from django.forms import DateInput

from dataops.web.words import lazy as _
from models_registry.models import Prediction

DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TRUTHS = [
    ("known", "known"),
    ("unknown", "not known yet"),
    ("right", "as predicted"),
    ("wrong", "not as predicted"),
]


class PredictionFilter(django_filters.FilterSet):
    version = django_filters.NumberFilter(field_name="version__number", label=_("Version"))
    prediction = django_filters.CharFilter(
        method="by_answer", label=_("Prediction"), help_text=_("A class, or a number.")
    )
    truth = django_filters.ChoiceFilter(
        method="by_truth",
        choices=TRUTHS,
        empty_label=_("any"),
        label=_("Truth"),
        help_text=_("Whether it is known, and whether it is what was predicted."),
    )
    since = django_filters.DateFilter(
        method="from_day", widget=DAY, label=_("From day"), help_text=_("A day (UTC), such as 2026-06-01.")
    )
    until = django_filters.DateFilter(
        method="to_day", widget=DAY, label=_("To day"), help_text=_("A day (UTC), itself included.")
    )
    id = django_filters.CharFilter(
        method="by_id", label=_("Id"), help_text=_("The whole id of a prediction.")
    )

    class Meta:
        model = Prediction
        fields: list[str] = []

    def by_answer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        said = Q(prediction=_text(value))
        try:
            number = float(value)
        except ValueError:
            return rows.filter(said)
        return rows.filter(said | Q(prediction=number)) if isfinite(number) else rows.filter(said)

    def by_truth(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "unknown":
            return rows.filter(actual_at=None)
        known = rows.exclude(actual_at=None)
        if value == "known":
            return known
        return (
            known.filter(actual=F("prediction"))
            if value == "right"
            else known.exclude(actual=F("prediction"))
        )

    def from_day(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return rows.filter(predicted_at__gte=_midnight(value))

    def to_day(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return rows.filter(predicted_at__lt=_midnight(value) + timedelta(days=1))

    def by_id(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(prediction_id=_text(value))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _text(value: str) -> str:
    return value.replace("\0", "")  # no database of ours takes a NUL
