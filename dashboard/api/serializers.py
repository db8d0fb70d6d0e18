"""JSON of the dashboard, in the shapes outsiders depend on."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from rest_framework import serializers

from dashboard.presenters.feed import FILTERS
from dashboard.presenters.trends import MEASURES
from dashboard.selectors.marks import KINDS
from dashboard.selectors.periods import MAX_DAYS
from dataops.web.declared import Group, Standing
from dataops.web.models import AuditEvent
from dataops.web.words import lazy as _

MOST_ACTIVITY = 100


class VerdictSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=["ok", "unknown", "info", "warning", "critical"])
    sentence = serializers.CharField(help_text=_("What is wrong, where, since when, and who is on it."))


class SourceCountsSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())


class QualitySerializer(serializers.Serializer):
    average_score = serializers.FloatField(allow_null=True, source="average", help_text=_("0 to 1."))
    average_score_before = serializers.FloatField(
        allow_null=True, source="before", help_text=_("The same seven days ago.")
    )
    change = serializers.FloatField(allow_null=True)


class ModelCountsSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    drifted = serializers.IntegerField()
    stable = serializers.IntegerField()
    unchecked = serializers.IntegerField(help_text=_("Never compared with their training window."))


class AlertCountsSerializer(serializers.Serializer):
    open = serializers.IntegerField(help_text=_("Not resolved."))
    by_severity = serializers.DictField(child=serializers.IntegerField())


class JobCountsSerializer(serializers.Serializer):
    queued = serializers.IntegerField()
    running = serializers.IntegerField()


class ConcernSerializer(serializers.Serializer):
    """A source, model or part of the system that is not well."""

    subject_type = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    alerts = serializers.IntegerField(help_text=_("How many of its alerts are open."))
    alert_url = serializers.CharField(help_text=_("The worst of them; empty when there is none."))
    who = serializers.CharField(help_text=_("Who is on it; empty when nobody is."))


class OverviewSerializer(serializers.Serializer):
    verdict = VerdictSerializer()
    sources = SourceCountsSerializer()
    quality = QualitySerializer()
    models = ModelCountsSerializer()
    alerts = AlertCountsSerializer()
    jobs = JobCountsSerializer()
    needs_attention = ConcernSerializer(many=True, help_text=_("The worst first."))


class TrendsQuerySerializer(serializers.Serializer):
    days = serializers.IntegerField(
        min_value=1, max_value=MAX_DAYS, default=7, help_text=_("One day comes in hours.")
    )
    measure = serializers.ChoiceField(
        choices=list(MEASURES), default="quality", help_text=_("What `series` holds, beside the points.")
    )


class LowestSourceSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class PointSerializer(serializers.Serializer):
    """How things stood at the end of one hour or day."""

    at = serializers.DateTimeField(help_text=_("When the hour or day begins."))
    average_score = serializers.FloatField(source="average", allow_null=True)
    lowest_score = serializers.FloatField(source="worst", allow_null=True)
    lowest_source = LowestSourceSerializer(source="of", allow_null=True)
    alerts_opened = serializers.DictField(child=serializers.IntegerField(), help_text=_("By severity."))


class TrendSeriesSerializer(serializers.Serializer):
    """One line or row of bars, with a value for each point."""

    name = serializers.CharField()
    unit = serializers.CharField()
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))


class TrendMarkSerializer(serializers.Serializer):
    """A new champion, changed rules or critical alerts in the hour or day that begins then."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=list(KINDS))
    name = serializers.CharField(help_text=_("Of the model or source; empty for critical alerts."))
    number = serializers.IntegerField(help_text=_("Version, changes or alerts."))


class TrendsSerializer(serializers.Serializer):
    days = serializers.IntegerField()
    step = serializers.ChoiceField(choices=["hour", "day"])
    points = PointSerializer(many=True)
    measure = serializers.ChoiceField(choices=list(MEASURES))
    series = TrendSeriesSerializer(many=True, help_text=_("None while there is no data."))
    marks = TrendMarkSerializer(many=True)


class ActivityQuerySerializer(serializers.Serializer):
    limit = serializers.IntegerField(min_value=1, max_value=MOST_ACTIVITY, default=20)
    show = serializers.ChoiceField(
        choices=list(FILTERS), required=False, help_text=_("Only this; all otherwise.")
    )


class ItemSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=["check", "drift", "deploy", "alias", "alert", "audit"])
    what = serializers.CharField()
    subject = serializers.CharField()
    detail = serializers.CharField()
    status = serializers.CharField(source="state", help_text=_("How a run stands; empty for what is no run."))
    actor = serializers.CharField(help_text=_("Empty for the system."))
    url = serializers.CharField()


class ActivitySerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text=_("Of these results."))
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ItemSerializer(many=True)


class PartSerializer(serializers.Serializer):
    name = serializers.CharField()
    ok = serializers.BooleanField()
    detail = serializers.CharField()


class SpaceSerializer(serializers.Serializer):
    total_bytes = serializers.IntegerField()
    free_bytes = serializers.IntegerField()
    snapshot_bytes = serializers.IntegerField()
    artifact_bytes = serializers.IntegerField()


class SystemStatusSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=["ok", "degraded"])
    version = serializers.CharField()
    parts = PartSerializer(many=True)
    storage = SpaceSerializer()


class SettingChangeSerializer(serializers.Serializer):
    by = serializers.CharField(source="actor_name", help_text=_("Empty for the system."))
    at = serializers.DateTimeField()


class SettingSerializer(serializers.Serializer):
    key = serializers.CharField()
    group = serializers.CharField()
    name = serializers.CharField()
    effect = serializers.CharField()
    value = serializers.JSONField()
    default = serializers.JSONField()
    unit = serializers.CharField(help_text=_("Of a number; empty when it has none."))
    editable = serializers.BooleanField(help_text=_("Not when the environment of the processes decides it."))
    changed = SettingChangeSerializer(allow_null=True)


def told(group: Group, row: Standing) -> dict[str, Any]:
    """What SettingSerializer writes."""
    setting = row.setting
    return {
        "name": gettext(setting.label),
        "effect": gettext(setting.effect),
        "default": str(setting.default) if isinstance(setting.default, Promise) else setting.default,
        "key": setting.key,
        "group": group.key,
        "value": row.value,
        "unit": setting.unit,
        "editable": group.change is not None,
        "changed": row.change,
    }


class ResetSerializer(serializers.Serializer):
    setting = serializers.CharField(help_text=_("Its key."))


class AuditQuerySerializer(serializers.Serializer):
    action = serializers.CharField(required=False, help_text=_("One action, or an area such as `token`."))
    actor = serializers.CharField(required=False, help_text=_("Part of a user name."))
    target = serializers.CharField(required=False, help_text=_("Part of the name of the thing."))
    since = serializers.DateTimeField(required=False)


class AuditEventSerializer(serializers.ModelSerializer):
    actor = serializers.CharField(source="actor_name", help_text=_("Empty for the system."))

    class Meta:
        model = AuditEvent
        fields = [
            "id", "position", "at", "actor", "address", "action",
            "target_type", "target_id", "target_name", "changes", "digest",
        ]  # fmt: skip
