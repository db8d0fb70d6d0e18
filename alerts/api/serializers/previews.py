"""What a route would do, as JSON."""

from typing import Any

from rest_framework import serializers

from alerts.api.serializers.routing import NamedSerializer, RouteSerializer
from alerts.models import Alert, Route


class RouteDraftSerializer(RouteSerializer):
    """A route that is not saved yet, or in the place of one that is."""

    instead_of = serializers.PrimaryKeyRelatedField(
        queryset=Route.objects.all(), required=False, allow_null=True, help_text="The route it would change."
    )

    class Meta(RouteSerializer.Meta):
        fields: tuple[str, ...] = (*RouteSerializer.Meta.fields, "instead_of")
        extra_kwargs = RouteSerializer.Meta.extra_kwargs | {"name": {"required": False, "validators": []}}

    @property
    def draft(self) -> dict[str, Any]:
        """Arguments of ``preview_route``."""
        usual: dict[str, Any] = {"match": {}, "instead_of": None}
        return usual | {name: value for name, value in self.validated_data.items() if name != "steps"}


class WouldTellSerializer(serializers.Serializer):
    channel = NamedSerializer()
    how = serializers.ChoiceField(["at once", "digest"])
    through = NamedSerializer(allow_null=True, help_text="The earlier route that tells the channel already.")


class TakenSerializer(serializers.ModelSerializer):
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Alert
        fields = ("id", "severity", "title", "subject_name", "url")


class ExampleSerializer(serializers.Serializer):
    alert = TakenSerializer()
    told = WouldTellSerializer(many=True)


class RoutePreviewSerializer(serializers.Serializer):
    """What it takes of the newest ``looked_at`` alerts, and whom it would tell of the first few."""

    condition = serializers.CharField()
    looked_at = serializers.IntegerField()
    taken = serializers.IntegerField()
    examples = ExampleSerializer(many=True)
