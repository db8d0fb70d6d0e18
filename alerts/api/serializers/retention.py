"""Retention as JSON."""

from typing import Any

from rest_framework import serializers

from alerts.services import LEAST_DAYS, MOST_DAYS

_DAYS: dict[str, Any] = {
    "min_value": LEAST_DAYS,
    "max_value": MOST_DAYS,
    "allow_null": True,
    "required": False,
}


class OldRowsSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="`episodes`, `events` outside any, `messages` or `notices`.")
    before = serializers.DateTimeField(allow_null=True, help_text="Null: nothing of it is removed.")
    count = serializers.IntegerField()


class RetentionSerializer(serializers.Serializer):
    """Days; null keeps for ever."""

    history_days = serializers.IntegerField(help_text="Of episodes and events after their end.", **_DAYS)
    log_days = serializers.IntegerField(help_text="Of messages and their tries.", **_DAYS)
    inbox_days = serializers.IntegerField(help_text="Of lines in inboxes.", **_DAYS)
    removes = OldRowsSerializer(many=True, read_only=True, help_text="What these days would remove now.")
