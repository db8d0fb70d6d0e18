"""One's own inbox and preferences as JSON."""

from rest_framework import serializers

from alerts.forms.personal import FIELDS
from alerts.models import Notice, Preference, Stance
from alerts.selectors import is_unsubscribed


class NoticeSerializer(serializers.ModelSerializer):
    """A line of the inbox; ``alert`` is the worst of the ``count`` it tells of, null for a test."""

    url = serializers.CharField(source="page", help_text="The page of the alert.")

    class Meta:
        model = Notice
        fields = ("id", "alert", "reason", "severity", "title", "count", "created_at", "read_at", "url")
        read_only_fields = fields


class InboxQuerySerializer(serializers.Serializer):
    unread = serializers.BooleanField(required=False, default=False, help_text="Only what is unread.")


class ReadSerializer(serializers.Serializer):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        max_length=1000,
        help_text="Which to mark as read; all of them, if left out.",
    )


class ReadCountSerializer(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many were unread until now.")


class PreferenceSerializer(serializers.ModelSerializer):
    unwanted_kinds = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, max_length=100
    )

    unsubscribed = serializers.SerializerMethodField(
        help_text="Whether your address takes no mail about alerts; the page of preferences takes it back."
    )

    class Meta:
        model = Preference
        fields = (*FIELDS, "unsubscribed")

    def get_unsubscribed(self, preference: Preference) -> bool:
        return is_unsubscribed(preference.person)


class StanceSerializer(serializers.ModelSerializer):
    """What one watches or mutes."""

    name = serializers.CharField(source="subject_name", max_length=200, required=False)

    class Meta:
        model = Stance
        fields = ("id", "subject_type", "subject_id", "name", "side")
