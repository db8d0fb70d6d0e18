"""The webhook payload of Prometheus Alertmanager, as far as it is read."""

from typing import Any

from rest_framework import serializers

from alerts.services import Told

MOST_ALERTS = 1000
LONGEST_URL = 300


class TextMap(serializers.DictField):
    child = serializers.CharField(max_length=5000, allow_blank=True)


class AlertmanagerAlertSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=["firing", "resolved"])
    labels = TextMap()
    annotations = TextMap(required=False, default=dict)
    fingerprint = serializers.CharField(max_length=200)
    generatorURL = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")  # noqa: N815


class AlertmanagerSerializer(serializers.Serializer):
    """Version 4; what is not named here is ignored."""

    version = serializers.ChoiceField(choices=["4"])
    alerts = AlertmanagerAlertSerializer(many=True)

    def validate_alerts(self, alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(alerts) > MOST_ALERTS:
            raise serializers.ValidationError(
                f"{len(alerts)} alerts; at most {MOST_ALERTS} are taken at once."
            )
        return alerts

    @property
    def told(self) -> list[Told]:
        return [
            Told(
                fingerprint=alert["fingerprint"],
                labels=alert["labels"],
                annotations=alert["annotations"],
                is_over=alert["status"] == "resolved",
                url=_link(alert["generatorURL"]),
            )
            for alert in self.validated_data["alerts"]
        ]


def _link(url: str) -> str:
    """An address to link to; one that is none, or longer than is kept, is left out."""
    return url if url.startswith(("http://", "https://")) and len(url) <= LONGEST_URL else ""


class AlertmanagerReceiptSerializer(serializers.Serializer):
    alerts = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the alerts here.")
