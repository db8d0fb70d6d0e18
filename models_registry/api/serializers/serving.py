"""JSON of predictions, their truth and their quality, in the shapes outsiders depend on."""

from rest_framework import serializers

from models_registry import services
from models_registry.api.serializers.common import Features, Ids, KnownFields, Rows
from models_registry.models import (
    ModelPerformance,
    Prediction,
)


class PredictSerializer(KnownFields):
    instances = Rows(help_text="One object of features each.")
    ids = Ids(required=False, allow_null=True, help_text="Your own ids, one for each instance.")
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The champion answers by default."
    )
    sticky_id = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Requests of one id go to one version.",
    )


class PredictedSerializer(serializers.Serializer):
    model = serializers.CharField()
    version = serializers.IntegerField()
    predictions = serializers.ListField()
    probabilities = serializers.ListField(
        child=serializers.DictField(child=serializers.FloatField()), allow_null=True
    )
    prediction_ids = serializers.ListField(child=serializers.CharField())
    violations = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="Accepted values that broke the signature: how many, by feature and code.",
    )


class RecordSerializer(KnownFields):
    predictions = Rows(
        help_text="{features, prediction, probabilities?, prediction_id?, predicted_at?} each."
    )
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class RecordedSerializer(serializers.Serializer):
    recorded = serializers.IntegerField()
    prediction_ids = serializers.ListField(child=serializers.CharField())


class PredictionSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="version.number")
    features = Features()

    class Meta:
        model = Prediction
        fields = [
            "prediction_id", "version", "features", "prediction", "probabilities", "actual", "actual_at",
            "predicted_at", "latency_seconds",
        ]  # fmt: skip


class ActualsSerializer(KnownFields):
    actuals = Rows(help_text="{prediction_id, actual} each.")


class ReceivedSerializer(serializers.Serializer):
    recorded = serializers.IntegerField()
    replaced = serializers.IntegerField(help_text="Of the recorded, how many had another truth before.")
    unknown = serializers.ListField(child=serializers.CharField())
    duplicate = serializers.ListField(child=serializers.CharField())


class PerformanceSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="version.number")
    intervals = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        help_text="By metric, right 19 times of 20; of an estimate, as far as chance among its rows goes.",
    )
    withheld = serializers.SerializerMethodField(
        help_text="Why nobody should rely on this estimate; null for all that can be relied on."
    )

    class Meta:
        model = ModelPerformance
        fields = [
            "id", "version", "kind", "window_from", "window_to", "rows", "logged", "metrics", "intervals",
            "withheld", "at",
        ]  # fmt: skip

    def get_withheld(self, row: ModelPerformance) -> str | None:
        trust = self.context["trust"].get(row.version_id)
        return trust.reason if trust and trust.withholds(row) else None


class PerformanceDetailSerializer(PerformanceSerializer):
    details = Features(
        help_text="confusion, calibration and lift, or residuals; delay; segments by feature; "
        "rows_with_probabilities where not all rows have them, of which roc_auc and its like then are."
    )
    mean_cost = serializers.SerializerMethodField(help_text="Of a prediction, by the costs of the model.")

    class Meta(PerformanceSerializer.Meta):
        fields = [*PerformanceSerializer.Meta.fields, "details", "mean_cost"]

    def get_mean_cost(self, row: ModelPerformance) -> float | None:
        return services.mean_cost(row.version.model.costs, services.confusion_of(row.details))


class UseSerializer(serializers.Serializer):
    """What one version was asked, and how that went."""

    version = serializers.IntegerField(source="version.number")
    predictions = serializers.IntegerField(source="total")
    predictions_24h = serializers.IntegerField(source="day")
    latency_p95_seconds = serializers.FloatField(
        allow_null=True, help_text="Of its newest 200 timed answers: what the model took."
    )
    requests_7d = serializers.DictField(
        source="requests",
        child=serializers.IntegerField(),
        help_text="Of today and the six days before: answered, refused for what was asked, failed.",
    )
    refused_fraction = serializers.FloatField(allow_null=True)
    failed_fraction = serializers.FloatField(allow_null=True)


class OwnMetricsSerializer(KnownFields):
    metrics = serializers.DictField(
        child=Features(), help_text="Settings by key of the metric; those left out keep their defaults."
    )


class MeasureSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    settings = Features(help_text="Each with its default.")


class ChosenMetricsSerializer(OwnMetricsSerializer):
    available = MeasureSerializer(many=True, read_only=True)


class CostsSerializer(KnownFields):
    classes = serializers.ListField(
        child=serializers.CharField(), help_text="Those of the champion, in order."
    )
    costs = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="Of taking one class (row) for another (column); empty for none.",
    )
