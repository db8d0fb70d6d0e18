"""What lists can be narrowed to; the same words in pages and API."""

from datetime import UTC, datetime, timedelta

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import Q, QuerySet

from alerts.enums import UNRESOLVED, NotificationState, Severity, Status, SubjectType, Substatus
from alerts.models import Alert, Channel, Episode, Notification
from alerts.selectors.causes import following
from alerts.selectors.facets import ACTIVE, NOBODY, began
from dataops.web.words import lazy as _

STATUS_CHOICES = [(ACTIVE, _("Active")), *Status.choices, ("all", _("All"))]
AGE_CHOICES = [
    ("day", _("Up to a day")),
    ("week", _("1 to 7 days")),
    ("month", _("7 to 30 days")),
    ("older", _("Over 30 days")),
]

ORDERINGS = {
    "-severity": ("-severity_rank", "-last_seen_at", "-pk"),
    "severity": ("severity_rank", "-last_seen_at", "-pk"),
    "-last_seen_at": ("-last_seen_at", "-pk"),
    "last_seen_at": ("last_seen_at", "pk"),
    "-opened_at": ("-opened_at", "-pk"),
    "opened_at": ("opened_at", "pk"),
}


class StretchField(forms.CharField):
    """A day, an hour, or several days (UTC), as the first moment and the one after the last."""

    FORMS = (("%Y-%m-%d", timedelta(days=1)), ("%Y-%m-%dT%H", timedelta(hours=1)))

    def clean(self, value: str) -> tuple[datetime, datetime] | None:
        text = super().clean(value)
        first, _slash, last = text.partition("/")
        return (self._part(first)[0], self._part(last or first)[1]) if text else None

    def _part(self, text: str) -> tuple[datetime, datetime]:
        for form, length in self.FORMS:
            try:
                start = datetime.strptime(text, form).replace(tzinfo=UTC)
                return start, start + length
            except (ValueError, OverflowError):
                continue
        raise forms.ValidationError(
            _("Write a day or an hour (UTC), such as 2026-11-27 or 2026-11-27T14, or 2026-11-01/2026-11-07.")
        )


class StretchFilter(django_filters.Filter):
    field_class = StretchField


class AlertFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        choices=STATUS_CHOICES, method="by_status", help_text=_("`active` is open or acknowledged.")
    )
    substatus = django_filters.ChoiceFilter(
        choices=Substatus.choices,
        method="by_substatus",
        help_text=_(
            "How an open one stands: `regressed` came back within a week, `ongoing` is older than one."
        ),
    )
    severity = django_filters.ChoiceFilter(choices=Severity.choices)
    subject_type = django_filters.ChoiceFilter(choices=SubjectType.choices)
    kind = django_filters.CharFilter(max_length=80, help_text=_("For example `quality.score`."))
    subject = django_filters.CharFilter(
        method="by_subject",
        max_length=260,
        help_text=_("`source`, `source:7`, `run:12`, `check:3`, `version:4`, or the name of the subject."),
    )
    cause = django_filters.CharFilter(
        method="by_cause",
        max_length=80,
        help_text=_("`source:7`: what is about it, and what is made from it."),
    )
    owner = django_filters.CharFilter(
        method="by_owner",
        max_length=150,
        help_text=_("User name of who answers for the subject, `me` or `nobody`."),
    )
    age = django_filters.ChoiceFilter(
        choices=AGE_CHOICES, method="by_age", help_text=_("How long ago the episode began.")
    )
    opened = StretchFilter(
        method="by_opened",
        max_length=40,
        help_text=_("When an episode began (UTC): `2026-11-27`, `2026-11-27T14`, `2026-11-01/2026-11-07`."),
    )
    assignee = django_filters.CharFilter(
        method="by_assignee", max_length=150, help_text=_("A user name, `me` or `nobody`.")
    )
    q = django_filters.CharFilter(
        method="by_words", max_length=200, help_text=_("Part of a title, subject, message or column.")
    )
    ordering = django_filters.ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS], method="ordered", help_text=_("Default: `-severity`.")
    )

    class Meta:
        model = Alert
        fields: list[str] = []

    def by_status(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        if value == "all":
            return alerts
        return alerts.filter(status__in=UNRESOLVED if value == ACTIVE else [value])

    def by_substatus(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        return alerts.with_substatus(value)  # type: ignore[attr-defined]

    def by_subject(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        subject_type, _colon, subject_id = value.partition(":")
        if subject_type in SubjectType.values:
            alerts = alerts.filter(subject_type=subject_type)
            return alerts.filter(subject_id=subject_id) if subject_id else alerts
        return alerts.filter(Q(subject_name__iexact=value) | Q(also_about__contains=f"\n{value}\t"))

    def by_cause(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        subject_type, _colon, subject_id = value.partition(":")
        return alerts.filter(following(subject_type, subject_id))

    def by_owner(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        if value == "me" and self.request is not None:
            return alerts.filter(subject_owner=self.request.user.get_username())
        return alerts.filter(subject_owner="" if value == NOBODY else value)

    def by_age(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        return alerts.filter(began(value))

    def by_opened(
        self, alerts: QuerySet[Alert], _name: str, value: tuple[datetime, datetime]
    ) -> QuerySet[Alert]:
        start, end = value
        begun = Episode.objects.filter(opened_at__gte=start, opened_at__lt=end)
        return alerts.filter(pk__in=begun.order_by().values("alert"))

    def by_assignee(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        if value == "nobody":
            return alerts.filter(assignee=None)
        if value == "me" and self.request is not None:
            return alerts.filter(assignee=self.request.user)
        return alerts.filter(assignee__username=value)

    def by_words(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        fields = ("title", "subject_name", "message", "column")
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": value})
        return alerts.filter(wanted)

    def ordered(self, alerts: QuerySet[Alert], _name: str, value: str) -> QuerySet[Alert]:
        return alerts.order_by(*ORDERINGS[value])


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=NotificationState.choices)
    channel = django_filters.ModelChoiceFilter(queryset=Channel.objects.all())

    class Meta:
        model = Notification
        fields: list[str] = []
