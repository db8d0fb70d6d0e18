"""How alerting does, as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.selectors.analytics import Noise


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


class ProposalSerializer(serializers.Serializer):
    """A policy, and what it would have done over the last reports of the alert."""

    open_after = serializers.IntegerField()
    open_within = serializers.IntegerField(allow_null=True, help_text="Among so many; null: in a row.")
    resolve_after = serializers.IntegerField()
    reports = serializers.IntegerField(help_text="Replayed.")
    opened_now = serializers.IntegerField()
    opened_then = serializers.IntegerField()
    spared = serializers.IntegerField()
    delay_seconds = serializers.FloatField(
        allow_null=True, help_text="Median, from the first bad report to the opening; null if none opened."
    )


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
    proposal = serializers.SerializerMethodField()

    @extend_schema_field(ProposalSerializer(allow_null=True))
    def get_proposal(self, noise: Noise) -> Any:
        proposal = self.context["proposals"].get(noise.alert.pk)
        return ProposalSerializer(proposal).data if proposal else None


class AnalyticsSerializer(serializers.Serializer):
    """Episodes that opened in the period."""

    opened = serializers.IntegerField()
    resolved = serializers.IntegerField()
    by_itself = serializers.IntegerField()
    not_useful = serializers.IntegerField(help_text="Resolved as expected or false positive.")
    by_itself_fraction = serializers.FloatField(allow_null=True, help_text="Of what is over.")
    not_useful_fraction = serializers.FloatField(allow_null=True, help_text="Of what is over.")
    flapping = serializers.IntegerField(help_text="Episodes that came and went.")
    messages = serializers.IntegerField()
    days = DaySerializer(many=True)
    reactions = ReactionSerializer(many=True)
    noisiest = NoiseSerializer(many=True)


class PeriodSerializer(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=366, default=30)
