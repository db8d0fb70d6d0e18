"""JSON of drift runs, in the shapes outsiders depend on."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from models_registry.api.serializers.common import (
    Features,
    KnownFields,
    Objects,
    RunErrorSerializer,
    run_error,
)
from models_registry.enums import ReferenceKind
from models_registry.models import DriftBacktest, DriftRun, Watch
from models_registry.services import FalseAlarms, false_alarms_of, policy_of
from models_registry.services.drift_requests import MOST_LAST

MAX_WAIT_SECONDS = 30


def drift_url(run: DriftRun) -> str:
    return reverse("models-api:drift-detail", args=[run.version.model.name, run.pk])


class WindowSerializer(KnownFields):
    """One of ``last``, a period and a ``source``."""

    last = serializers.IntegerField(required=False, min_value=1, max_value=MOST_LAST)
    to = serializers.DateTimeField(required=False, help_text="Not included.")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False,
        max_length=120,
        help_text="Name of the data source whose newest dataset is the window.",
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        # "from" is a word of the language, so it cannot be a name in the class.
        included = serializers.DateTimeField(required=False, help_text="Included.")
        return {**super().get_fields(), "from": included}


class DriftCheckSerializer(KnownFields):
    window = WindowSerializer(required=False, help_text="The last 5,000 predictions by default.")
    reference = serializers.ChoiceField(
        choices=ReferenceKind.choices,
        required=False,
        help_text="What it is compared with; by default what the watch of the model says.",
    )
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    wait = serializers.FloatField(
        required=False, default=0, min_value=0, max_value=MAX_WAIT_SECONDS, help_text="Seconds to wait."
    )


class DriftSummarySerializer(serializers.ModelSerializer):
    """A drift run without its features, for lists."""

    model = serializers.CharField(source="version.model.name")
    version = serializers.IntegerField(source="version.number")
    status = serializers.CharField(source="state")
    current = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()

    confirmed = serializers.BooleanField(
        source="is_confirmed", help_text="Shown by so many windows that chance is out of the question."
    )

    class Meta:
        model = DriftRun
        fields = [
            "id", "model", "version", "status", "progress", "stage", "outcome", "drifted", "severity",
            "share_drifted", "windows", "wealth", "confirmed", "expected", "verdict",
            "current", "created_at", "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_current(self, run: DriftRun) -> dict[str, Any]:
        source = run.source_called or None
        asked = {"from": run.window_from, "to": run.window_to, "last": run.last, "source": source}
        return {"from": run.current_from, "to": run.current_to, "rows": run.rows, "asked": asked}

    @extend_schema_field(RunErrorSerializer(allow_null=True))
    def get_error(self, run: DriftRun) -> dict[str, str] | None:
        return run_error(run)


class DriftSerializer(DriftSummarySerializer):
    """The whole report; features and the rest are empty until the run is over."""

    method = serializers.CharField(source="report.method", default="")
    reference = Features(source="report.reference", default=None, allow_null=True)
    features = Objects(source="report.features", default=None, allow_null=True)
    prediction = Features(source="report.prediction", default=None, allow_null=True)
    probability = Features(
        source="report.probability",
        default=None,
        allow_null=True,
        help_text="That of the second of two classes, as a feature; of more classes, of the one answered.",
    )
    target = Features(
        source="report.target", default=None, allow_null=True, help_text="What really happened, as a feature."
    )
    concept = Features(
        source="report.concept",
        default=None,
        allow_null=True,
        help_text="Errors of answers, as a feature.",
    )
    truth = Features(
        source="report.truth",
        default=None,
        allow_null=True,
        help_text="How many predictions of when target, concept and realised performance are about.",
    )
    multivariate = Features(source="report.multivariate", default=None, allow_null=True)
    performance = Features(source="report.performance", default=None, allow_null=True)
    detectable_effect = serializers.FloatField(
        source="report.detectable_effect",
        default=None,
        allow_null=True,
        help_text="Smallest Kolmogorov-Smirnov distance that windows of these sizes show in 4 of 5 runs.",
    )
    calibrating = serializers.BooleanField(
        source="report.calibrating",
        default=False,
        help_text="Rows alone were the measure: fewer than 5 earlier windows tell what is usual.",
    )

    class Meta(DriftSummarySerializer.Meta):
        fields = [
            *DriftSummarySerializer.Meta.fields, "method", "reference", "features", "prediction",
            "probability", "target", "concept", "truth", "multivariate", "performance", "detectable_effect",
            "calibrating",
        ]  # fmt: skip


class DriftExpectedSerializer(KnownFields):
    expected = serializers.BooleanField(default=True)


class SharedPolicySerializer(KnownFields):
    """What counts as drift where a model does not say otherwise; what is left out stays as it is."""

    method = serializers.CharField(required=False, help_text="default, or the key of a drift method.")
    threshold = serializers.FloatField(required=False, allow_null=True)
    q = serializers.FloatField(required=False)
    window_alpha = serializers.FloatField(required=False)
    minimum_reference = serializers.IntegerField(required=False)
    minimum_current = serializers.IntegerField(required=False)
    joint_floor = serializers.FloatField(required=False)
    fall_floor = serializers.FloatField(
        required=False, help_text="Share of its main metric that a model has to lose to raise an alarm."
    )


class DriftPolicySerializer(SharedPolicySerializer):
    """What counts as drift for one model; what is left out of a change goes back to everybody's."""

    columns = serializers.DictField(
        child=serializers.FloatField(),
        required=False,
        help_text="Factor on what matters, by column: 2 takes twice the effect, 0 leaves the column out.",
    )


class FalseAlarmsSerializer(serializers.Serializer):
    """What the policy allows for beside what people said, over the newest 365 judged windows."""

    windows = serializers.IntegerField()
    alarms = serializers.IntegerField(help_text="Windows that drifted.")
    false = serializers.IntegerField(help_text="Of the alarms those called expected, or a false positive.")
    observed_fraction = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Of the observed rate: Wilson, 95 %."
    )
    expected_fraction = serializers.FloatField(
        allow_null=True, help_text="null under a threshold of the user's own."
    )
    backtest = serializers.SerializerMethodField(help_text="The newest trial of this policy.")

    @extend_schema_field(
        {"type": ["object", "null"], "properties": {k: {"type": "integer"} for k in ("windows", "alarms")}}
    )
    def get_backtest(self, found: FalseAlarms) -> dict[str, Any] | None:
        tried = found.backtest
        return {"windows": tried.windows, "alarms": tried.alarms} if tried else None


class WatchSerializer(KnownFields, serializers.ModelSerializer):
    """When drift is checked by itself, and what counts as drift."""

    policy = DriftPolicySerializer(required=False)
    false_alarms = serializers.SerializerMethodField()

    class Meta:
        model = Watch
        fields = [
            "cron",
            "every_minutes",
            "time_zone",
            "paused",
            "next_at",
            "last_at",
            "skipped_at",
            "window_rows",
            "reference",
            "reference_run",
            "reference_windows",
            "policy",
            "false_alarms",
        ]
        read_only_fields = ["next_at", "last_at", "skipped_at"]

    @extend_schema_field(FalseAlarmsSerializer)
    def get_false_alarms(self, watch: Watch) -> dict[str, Any]:
        return dict(FalseAlarmsSerializer(false_alarms_of(watch.model, policy_of(watch.model))).data)


class BacktestVerdictSerializer(serializers.Serializer):
    drift_run = serializers.IntegerField()
    current_from = serializers.CharField()
    current_to = serializers.CharField()
    drifted = serializers.BooleanField(help_text="What this policy says.")
    severity = serializers.CharField()
    drifted_then = serializers.BooleanField(help_text="What was said then.")


def backtest_url(job: DriftBacktest) -> str:
    return reverse("models-api:drift-backtest-detail", args=[job.version.model.name, job.pk])


class DriftBacktestSerializer(serializers.ModelSerializer):
    """A policy tried on the newest windows of a version; the results are there once it is done."""

    status = serializers.CharField(source="state")
    version = serializers.IntegerField(source="version.number")
    policy = Features(help_text="The fields that differ from the default.")
    results = BacktestVerdictSerializer(source="verdicts", many=True, help_text="Oldest window first.")
    error = serializers.SerializerMethodField()

    class Meta:
        model = DriftBacktest
        fields = [
            "id", "status", "progress", "stage", "version", "policy", "windows", "alarms", "results",
            "created_at", "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field(RunErrorSerializer(allow_null=True))
    def get_error(self, run: DriftBacktest) -> dict[str, str] | None:
        return run_error(run)


class DriftingModelSerializer(serializers.Serializer):
    model = serializers.CharField()
    version = serializers.IntegerField()
    drift_run = serializers.IntegerField()
    severity = serializers.CharField()
    share_drifted = serializers.FloatField()
    checked_at = serializers.DateTimeField()
    verdict = serializers.CharField()


class ModelsSummarySerializer(serializers.Serializer):
    models = serializers.IntegerField()
    by_task = serializers.DictField(child=serializers.IntegerField())
    versions = serializers.IntegerField(help_text="Ready ones.")
    drifting = serializers.IntegerField(help_text="Models whose champion drifted in its newest drift run.")
    stable = serializers.IntegerField()
    unchecked = serializers.IntegerField()
    predictions_total = serializers.IntegerField()
    predictions_24h = serializers.IntegerField()
    open_alerts = serializers.IntegerField()
    drifting_models = DriftingModelSerializer(many=True)
