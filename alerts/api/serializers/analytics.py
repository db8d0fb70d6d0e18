"""How alerting does, as JSON."""

from rest_framework import serializers


class DaySerializer(serializers.Serializer):
    day = serializers.DateField()
    opened = serializers.IntegerField()
    resolved = serializers.IntegerField()


class ReactionSerializer(serializers.Serializer):
    severity = serializers.CharField()
    episodes = serializers.IntegerField()
    acknowledge_median_seconds = serializers.FloatField(source="acknowledge_median", allow_null=True)
    acknowledge_p90_seconds = serializers.FloatField(source="acknowledge_p90", allow_null=True)
    resolve_median_seconds = serializers.FloatField(source="resolve_median", allow_null=True)
    resolve_p90_seconds = serializers.FloatField(source="resolve_p90", allow_null=True)


class NoiseSerializer(serializers.Serializer):
    alert = serializers.IntegerField(source="alert.pk")
    title = serializers.CharField(source="alert.title")
    subject = serializers.CharField(source="alert.subject_name")
    episodes = serializers.IntegerField()
    messages = serializers.IntegerField()
    by_itself = serializers.IntegerField()
    not_useful = serializers.IntegerField()
    flapping = serializers.IntegerField()
    advice = serializers.CharField(allow_blank=True)


class AnalyticsSerializer(serializers.Serializer):
    """Episodes that opened in the period."""

    opened = serializers.IntegerField()
    resolved = serializers.IntegerField()
    by_itself = serializers.IntegerField()
    not_useful = serializers.IntegerField(help_text="Resolved as expected or false positive.")
    messages = serializers.IntegerField()
    days = DaySerializer(many=True)
    reactions = ReactionSerializer(many=True)
    noisiest = NoiseSerializer(many=True)


class PeriodSerializer(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=366, default=30)
