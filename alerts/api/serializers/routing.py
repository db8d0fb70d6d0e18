"""Channels, routes and deliveries as JSON."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.models import Channel, DeliveryAttempt, EscalationStep, Notification, Route
from dataops.web import params as channel_config


class ChannelSerializer(serializers.ModelSerializer):
    """A channel; secrets in its config are never shown, and stay when they are left out."""

    kind = serializers.CharField(max_length=40, help_text="For example `email`.")
    config = serializers.JSONField(
        required=False, help_text='For `email`: `{"recipients": [...]}`; none means all administrators.'
    )

    class Meta:
        model = Channel
        fields = ("id", "name", "kind", "config", "enabled", "per_minute", "created_at")
        # That a name is taken is said by the service, in one place.
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {"name": {"validators": []}}

    def to_representation(self, channel: Channel) -> dict[str, Any]:
        shape = super().to_representation(channel)
        shape["config"] = channel_config.shown(channel.config, channel.secrets)
        return shape


class ChannelChangeSerializer(ChannelSerializer):
    """What can change: not the kind."""

    kind = serializers.CharField(read_only=True)


class StepSerializer(serializers.ModelSerializer):
    """Further channels for what nobody has acknowledged so many minutes after it opened."""

    channels = serializers.PrimaryKeyRelatedField(
        many=True, queryset=Channel.objects.all(), allow_empty=False
    )

    class Meta:
        model = EscalationStep
        fields = ("after_minutes", "channels")


class RouteSerializer(serializers.ModelSerializer):
    match = serializers.JSONField(
        required=False,
        help_text="`severity_at_least`, `subject_type`, `subject_id`, `kind`, `column`, `tag`, `owner`,"
        " `team`, `trigger`; none takes every alert.",
    )
    channels = serializers.PrimaryKeyRelatedField(
        many=True, queryset=Channel.objects.all(), allow_empty=False
    )
    position = serializers.IntegerField(default=100, min_value=0, max_value=32767)
    steps = StepSerializer(many=True, required=False)
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7),
        required=False,
        help_text="ISO weekdays, 1 is Monday; none: every day.",
    )

    class Meta:
        model = Route
        fields: tuple[str, ...] = (
            "id", "name", "position", "match", "channels", "enabled", "interval_minutes", "steps",
            "digest", "digest_up_to", "digest_hour", "days", "from_time", "to_time", "time_zone",
            "created_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {"name": {"validators": []}}


class AttemptSerializer(serializers.ModelSerializer):
    class Meta:
        model = DeliveryAttempt
        fields = ("number", "at", "seconds", "outcome", "detail")


class NamedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class AddresseeSerializer(serializers.Serializer):
    """The channel of a message; ``id`` is null once it is deleted."""

    id = serializers.IntegerField(source="channel_id", allow_null=True)
    name = serializers.CharField(source="addressed_to")


class DeliverySerializer(serializers.ModelSerializer):
    """One message and every try to send it."""

    status = serializers.CharField(source="state")
    channel = AddresseeSerializer(source="*")
    route = NamedSerializer(allow_null=True)
    attempts = AttemptSerializer(many=True)
    next_try_at = serializers.DateTimeField(allow_null=True)
    told_in = serializers.IntegerField(
        source="told_in_id", allow_null=True, help_text="The message that tells this one with others."
    )
    alerts = serializers.SerializerMethodField(help_text="Ids of the alerts it tells about.")

    class Meta:
        model = Notification
        fields = (
            "id",
            "status",
            "reason",
            "subject",
            "channel",
            "route",
            "alerts",
            "attempt",
            "attempts",
            "error",
            "created_at",
            "next_try_at",
            "told_in",
            "expires_at",
            "finished_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_alerts(self, message: Notification) -> list[int]:
        return [alert["id"] for alert in message.payload.get("alerts", [])]
