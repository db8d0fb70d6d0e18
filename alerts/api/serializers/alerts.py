"""Alerts as JSON, and what can be said to them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.enums import BY_PEOPLE, Severity, Status, SubjectType, Substatus
from alerts.forms.alerts import COMMENT_LENGTH
from alerts.models import Alert, AlertEvent
from alerts.selectors import Causes
from alerts.services import OutsideReport, Quiet, Runbooks, Subject, comes_and_goes
from alerts.services.waking import MOST_REPORTS
from dataops.engine.findings import Entity
from dataops.web.api.fields import PersonField

LARGEST = 1e300
MOST_SUBJECTS = 10


class SubjectSerializer(serializers.Serializer):
    """What an alert is about."""

    type = serializers.ChoiceField(choices=SubjectType.choices, default=SubjectType.SYSTEM)
    id = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=200, required=False)


class AlertSubjectSerializer(serializers.Serializer):
    type = serializers.ChoiceField(source="subject_type", choices=SubjectType.choices)
    id = serializers.CharField(source="subject_id")
    name = serializers.CharField(source="subject_name")
    url = serializers.CharField(source="subject_url")


class EntitySerializer(serializers.Serializer):
    type = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()


class EvidenceSerializer(serializers.Serializer):
    """What the alert rests on."""

    url = serializers.CharField(source="evidence_url")
    label = serializers.CharField(source="evidence_label")  # type: ignore[assignment]
    value = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(help_text="Of both; `fraction` is a share of 0 to 1, empty a plain number.")


class HistoryPointSerializer(serializers.Serializer):
    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    state = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    url = serializers.CharField()


class FullEvidenceSerializer(EvidenceSerializer):
    history = HistoryPointSerializer(many=True)


class EventSerializer(serializers.ModelSerializer):
    actor = serializers.CharField(
        source="actor.username", default=None, allow_null=True, help_text="null is the system."
    )

    class Meta:
        model = AlertEvent
        fields = ("id", "at", "actor", "kind", "comment", "data")


class AlertSerializer(serializers.ModelSerializer):
    """An alert in lists."""

    subject = AlertSubjectSerializer(source="*")
    subjects = EntitySerializer(
        many=True, help_text="All it is about: its subject, then the run, check, version or report."
    )
    evidence = EvidenceSerializer(source="*")
    assignee = serializers.CharField(source="assignee.username", default=None, allow_null=True)
    acknowledged_by = serializers.CharField(source="acknowledged_by.username", default=None, allow_null=True)
    resolved_by = serializers.CharField(source="resolved_by.username", default=None, allow_null=True)
    resolution = serializers.CharField(help_text="Empty while it is not resolved.")
    substatus = serializers.ChoiceField(
        choices=[*Substatus.choices, ("", "")], help_text="How it stands; empty while it is not open."
    )
    url = serializers.CharField(source="get_absolute_url", help_text="Its page.")

    class Meta:
        model = Alert
        fields: tuple[str, ...] = (
            "id",
            "fingerprint",
            "status",
            "substatus",
            "severity",
            "title",
            "message",
            "subject",
            "subjects",
            "kind",
            "column",
            "method",
            "count",
            "opened_at",
            "last_seen_at",
            "worsened_at",
            "back_after_seconds",
            "acknowledged_at",
            "acknowledged_by",
            "resolved_at",
            "resolved_by",
            "resolution",
            "assignee",
            "snoozed_until",
            "snoozed_to_count",
            "snoozed_to_value",
            "version",
            "url",
            "evidence",
        )
        read_only_fields: tuple[str, ...] = fields


class CauseSerializer(serializers.ModelSerializer):
    """An alert that another one probably follows from."""

    subject = AlertSubjectSerializer(source="*")
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Alert
        fields = ("id", "severity", "title", "subject", "opened_at", "url")


class HoldSerializer(serializers.Serializer):
    """What keeps news of an alert from being told: a snooze, a silence, hours, or its cause."""

    why = serializers.CharField()
    until = serializers.DateTimeField(help_text="At the latest.")


class FullAlertSerializer(AlertSerializer):
    """One alert with its history and events, and what it probably follows from."""

    probable_causes = serializers.SerializerMethodField()
    runbook_url = serializers.SerializerMethodField(
        help_text="Of its rule, its subject or its policy; empty where there is none."
    )
    held = serializers.SerializerMethodField(help_text="Why nobody is told of it now, or null.")
    is_flapping = serializers.SerializerMethodField(
        help_text="It comes and goes: told once, and over when it stayed away for three reports."
    )
    evidence = FullEvidenceSerializer(source="*")
    events = EventSerializer(many=True)

    class Meta(AlertSerializer.Meta):
        fields = (
            *AlertSerializer.Meta.fields,
            "events",
            "probable_causes",
            "runbook_url",
            "held",
            "is_flapping",
        )
        read_only_fields = fields

    @extend_schema_field(CauseSerializer(many=True))
    def get_probable_causes(self, alert: Alert) -> Any:
        found = [] if alert.is_resolved else Causes().of(alert)
        return CauseSerializer(found, many=True).data

    @extend_schema_field(HoldSerializer(allow_null=True))
    def get_held(self, alert: Alert) -> Any:
        hold = None if alert.is_resolved else Quiet().hold_on(alert)
        return HoldSerializer(hold).data if hold else None

    def get_is_flapping(self, alert: Alert) -> bool:
        return comes_and_goes(alert)

    def get_runbook_url(self, alert: Alert) -> str:
        return Runbooks([alert]).of(alert)


class AlertsSummarySerializer(serializers.Serializer):
    """Counts; all but the statuses count what is unresolved."""

    total = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    by_substatus = serializers.DictField(child=serializers.IntegerField())
    by_severity = serializers.DictField(child=serializers.IntegerField())
    by_subject_type = serializers.DictField(child=serializers.IntegerField())


class FurtherSubjectSerializer(serializers.Serializer):
    type = serializers.SlugField(max_length=20, help_text="For example `table` or `pipeline`.")
    id = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=200)
    url = serializers.URLField(max_length=300, required=False, default="")


class ReportSerializer(serializers.Serializer):
    """What another system reports: the same fingerprint again is the same alert again."""

    title = serializers.CharField(max_length=300)
    severity = serializers.ChoiceField(choices=Severity.choices, default=Severity.WARNING)
    status = serializers.ChoiceField(
        choices=[Status.OPEN, Status.RESOLVED],
        default=Status.OPEN,
        help_text="`resolved` says that the cause is gone.",
    )
    fingerprint = serializers.CharField(
        max_length=200, required=False, help_text="Tells the alerts of the caller apart; default: the title."
    )
    dedup_key = serializers.CharField(max_length=200, required=False, help_text="Another name for it.")
    subject = SubjectSerializer(required=False)
    message = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    value = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-LARGEST, max_value=LARGEST
    )
    threshold = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-LARGEST, max_value=LARGEST
    )
    unit = serializers.CharField(
        max_length=40,
        required=False,
        default="",
        help_text="Of both, for example `rows`; `fraction` is a share.",
    )
    url = serializers.URLField(max_length=300, required=False, default="", help_text="Where to see more.")
    subjects = serializers.ListField(
        child=FurtherSubjectSerializer(),
        required=False,
        max_length=MOST_SUBJECTS,
        help_text="What else it is about, of any type.",
    )

    @property
    def said(self) -> OutsideReport:
        data = self.validated_data
        return OutsideReport(
            key=data.get("fingerprint") or data.get("dedup_key") or data["title"][:200],
            title=data["title"],
            severity=data["severity"],
            message=data["message"],
            value=data["value"],
            threshold=data["threshold"],
            unit=data["unit"],
            url=data["url"],
            is_over=data["status"] == Status.RESOLVED,
            about=tuple(Entity(**each) for each in data.get("subjects", ())),
        )

    @property
    def about(self) -> dict[str, Subject]:
        """The subject as an argument, when one was given."""
        given = self.validated_data.get("subject")
        if given is None:
            return {}
        return {"subject": Subject(given["type"], given["id"], given.get("name") or given["id"])}


class ActionSerializer(serializers.Serializer):
    """One action; with ``version`` it is refused when the alert has changed since that version."""

    version = serializers.IntegerField(required=False, min_value=0)
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=COMMENT_LENGTH)


class ResolveSerializer(ActionSerializer):
    resolution = serializers.ChoiceField(choices=BY_PEOPLE)


class SnoozeSerializer(ActionSerializer):
    """Until a moment or for some minutes from now, until more bad reports or a worse value; what comes first.

    Without a time it ends after 90 days at the latest.
    """

    until = serializers.DateTimeField(required=False)
    minutes = serializers.IntegerField(required=False, min_value=1, max_value=90 * 1440)
    more_reports = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_REPORTS, help_text="It ends with the last of so many."
    )
    worse = serializers.BooleanField(
        required=False,
        default=False,
        help_text="It ends when the value lies further from its limit by a tenth.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The time as ``until``, however it was given."""
        minutes = attrs.pop("minutes", None)
        if minutes is not None and "until" in attrs:
            raise serializers.ValidationError({"until": "Give either until or minutes."})
        if minutes is not None:
            attrs["until"] = timezone.now() + timedelta(minutes=minutes)
        return attrs


class UnsnoozeSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False, min_value=0)


class AssignSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False, min_value=0)
    assignee = PersonField(help_text="A user name; null puts nobody in charge.")


class CommentSerializer(serializers.Serializer):
    comment = serializers.CharField(max_length=COMMENT_LENGTH)
