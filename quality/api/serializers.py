"""JSON of the quality room, in the shapes outsiders depend on."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse

from dataops.engine.errors import InvalidPlan
from dataops.engine.readers import Dialect, Preview
from dataops.web.api.base import run_reference
from dataops.web.api.fields import PersonField, TeamField
from dataops.web.api.problems import Problem
from dataops.web.naming import refuse_unseen
from dataops.web.runs import RunState
from quality import services
from quality.api.contracts import contract_text
from quality.enums import Importance
from quality.models import CheckResult, CheckRun, DataSource, Schedule, Snapshot
from quality.models.missing import check_column_missing


def run_url(run: CheckRun) -> str:
    return reverse("quality-api:check-detail", args=[run.pk])


class SourceReference(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class SnapshotSerializer(serializers.ModelSerializer):
    class Meta:
        model = Snapshot
        fields = [
            "id", "sha256", "bytes", "file_name", "format", "encoding", "dialect", "received_at",
            "file_removed_at",
        ]  # fmt: skip


class ResultSerializer(serializers.ModelSerializer):
    check = serializers.CharField(source="check_key")
    fraction = serializers.FloatField(allow_null=True)

    class Meta:
        model = CheckResult
        fields = [
            "id", "check", "column", "dimension", "outcome", "severity", "evaluated", "failed",
            "fraction", "value", "limits", "message", "points_lost", "details",
        ]  # fmt: skip


class CheckRunErrorSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


class IncrementSerializer(serializers.Serializer):
    """Which rows of something that grows a run looked at: those with ``column`` in (after, upto].

    Where files are parts of one whole, ``column`` is empty, and ``after`` and ``upto`` are names of files.
    """

    column = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_null=True, help_text="Null: from the first row.")
    upto = serializers.CharField(allow_null=True, help_text="Null: there are no new rows.")
    late = serializers.IntegerField(
        allow_null=True,
        help_text="Rows up to the mark before that came late; negative when some are gone. Null: not asked.",
    )
    without = serializers.IntegerField(allow_null=True, help_text="Rows without a value; in no part.")
    rows_so_far = serializers.IntegerField(help_text="Rows of all parts, this one included.")
    since = serializers.CharField(
        allow_null=True, required=False, help_text="All parts begin after it, when columns changed."
    )


class CheckRunSummarySerializer(serializers.ModelSerializer):
    """A run without its results, for lists."""

    source = SourceReference()  # type: ignore[assignment]  # DRF's own fields have an attribute of this name
    snapshot = SnapshotSerializer(allow_null=True)
    status = serializers.CharField(source="state")
    duplicates = serializers.IntegerField(source="duplicate_rows", allow_null=True)
    increment = IncrementSerializer(allow_null=True)
    error = serializers.SerializerMethodField()

    class Meta:
        model = CheckRun
        fields = [
            "id", "source", "snapshot", "status", "stage", "progress", "trigger", "attempt",
            "score", "coverage", "dimensions", "dimension_losses", "accounting", "rows", "columns",
            "duplicates", "duplicate_rows", "schema_changes", "notes", "outcomes", "accepted",
            "baseline", "unchanged_from", "increment", "formula", "validity_coverage",
            "created_at", "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field(CheckRunErrorSerializer(allow_null=True))
    def get_error(self, run: CheckRun) -> dict[str, str] | None:
        return {"code": run.error_code, "message": run.error} if run.error_code else None


class CheckRunSerializer(CheckRunSummarySerializer):
    results = ResultSerializer(many=True)

    class Meta(CheckRunSummarySerializer.Meta):
        fields = [*CheckRunSummarySerializer.Meta.fields, "results"]


class TextList(serializers.ListField):
    child = serializers.CharField(max_length=60)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)


def _threshold_help(word: str) -> str:
    return f"From here on a score is {word}; null follows the settings for all sources."


class ScheduleSerializer(serializers.ModelSerializer):
    """When runs start by themselves, and by when new data is expected."""

    class Meta:
        model = Schedule
        fields = [
            "cron", "every_minutes", "time_zone", "paused", "next_at", "last_at", "skipped_at",
            "expect_cron", "grace_minutes", "overdue",
        ]  # fmt: skip
        read_only_fields = ["next_at", "last_at", "skipped_at", "overdue"]


class OptionalSchedule(ScheduleSerializer):
    """Null for a source that has none."""

    def get_attribute(self, instance: DataSource) -> Any:
        return getattr(instance, "schedule", None)


class ColumnMissingSerializer(serializers.Serializer):
    """What means missing in one column."""

    tokens = TextList(default=list, help_text="Values that mean missing there.")
    whitespace = serializers.BooleanField(default=True, help_text="Whether cells of spaces alone do.")

    def to_internal_value(self, data: Any) -> Any:
        # Checked as it is sent: what is not known would be dropped in silence.
        check_column_missing({"": data})
        return super().to_internal_value(data)


class MarkSerializer(serializers.Serializer):
    """How far a source that grows was looked at."""

    upto = serializers.CharField(help_text="Value of the column that grows.")
    rows = serializers.IntegerField(help_text="Rows so far.")
    since = serializers.CharField(allow_null=True, help_text="They begin after it; null: at the first.")


class SourceSerializer(serializers.ModelSerializer):
    """A source; its newest score comes with it."""

    tags = TextList(required=False)
    missing_tokens = TextList(required=False, help_text="Values that mean missing, such as NA.")
    column_missing = serializers.DictField(
        child=ColumnMissingSerializer(),
        required=False,
        validators=[check_column_missing],
        help_text="By column, what means missing there instead of `missing_tokens`.",
    )
    dialect = serializers.DictField(
        required=False,
        allow_null=True,
        help_text="What is known of how its files are written, field by field.",
    )
    owner = PersonField(required=False, help_text="A user name; who makes the source if left out.")
    kept_to = TeamField()
    kind = serializers.CharField(
        max_length=20,
        required=False,
        help_text="`upload`, `path`, `url`, `sql` or `object`; it cannot change.",
    )
    config = serializers.JSONField(
        required=False,
        help_text="Settings of the kind. Secrets are shown as `***`, and stay when left out or sent so.",
    )
    importance = serializers.DictField(
        child=serializers.ChoiceField(choices=Importance.choices),
        required=False,
        help_text="By column; `normal` when left out.",
    )
    mark = serializers.SerializerMethodField(help_text="How far a source that grows was looked at.")
    schedule = OptionalSchedule(required=False, allow_null=True, help_text="Null takes it away.")
    score = serializers.FloatField(source="newest_run.score", read_only=True, allow_null=True, default=None)
    newest_check = serializers.IntegerField(source="newest_run_id", read_only=True, allow_null=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    alert_below = serializers.FloatField(
        min_value=0, max_value=1, required=False, allow_null=True, help_text=_threshold_help("good")
    )
    critical_below = serializers.FloatField(
        min_value=0, max_value=1, required=False, allow_null=True, help_text=_threshold_help("not bad")
    )

    class Meta:
        model = DataSource
        fields = [
            "id", "name", "kind", "description", "owner", "kept_to", "tags", "alert_below", "critical_below",
            "own_thresholds", "pinned_baseline", "missing_tokens", "column_missing",
            "dialect", "config", "mark", "schedule", "keep_failing_rows", "failing_rows_days",
            "importance", "file_retention_days", "fetch_retries", "state", "score", "newest_check",
            "created_at", "updated_at", "archived_at",
        ]  # fmt: skip
        read_only_fields = [
            "state",
            "own_thresholds",
            "pinned_baseline",
            "created_at",
            "updated_at",
            "archived_at",
        ]

    @extend_schema_field(MarkSerializer(allow_null=True))
    def get_mark(self, source: DataSource) -> dict[str, Any] | None:
        mark = source.cursor
        return {name: mark.get(name) for name in ("upto", "rows", "since")} if mark.get("upto") else None

    def to_representation(self, source: DataSource) -> dict[str, Any]:
        return super().to_representation(source) | {"config": services.shown_config(source)}

    def validate_importance(self, given: dict[str, str]) -> dict[str, str]:
        return services.clean_importance(given)

    def validate_dialect(self, value: Any) -> dict[str, Any] | None:
        return checked_dialect(value) if value else None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The critical threshold may not be above the one that alerts."""
        alert = attrs.get("alert_below", getattr(self.instance, "alert_below", None))
        critical = attrs.get("critical_below", getattr(self.instance, "critical_below", None))
        alert = services.thresholds().alert_below if alert is None else alert
        if critical is not None and critical > alert:
            message = f"{critical} is above alert_below ({alert}); give at most that."
            raise serializers.ValidationError({"critical_below": message})
        return attrs


@extend_schema_field(OpenApiTypes.STR)
class ContractField(serializers.Field):
    """Text of a contract, handed in as text or as a file."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return contract_text(data)
        except Problem as error:
            raise serializers.ValidationError(str(error.detail)) from error


def checked_dialect(value: Any) -> dict[str, Any]:
    """Fields of a dialect that a parser could follow."""
    if not isinstance(value, dict):
        raise serializers.ValidationError('give an object such as {"delimiter": ";"}')
    try:
        Dialect.from_dict(value)
    except InvalidPlan as error:
        raise serializers.ValidationError(str(error)) from error
    return value


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(max_length=1024, allow_empty_file=True)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=120,
        required=False,
        validators=[refuse_unseen],
        help_text="Made on first use; the name of the file if left out.",
    )
    dialect = serializers.JSONField(
        required=False, help_text="How the text is written, if the guess is wrong."
    )

    preview = serializers.BooleanField(
        default=False,
        help_text="Keep the file for a day and tell how it would be read; nothing is checked.",
    )
    contract = ContractField(
        required=False, help_text="What is expected of the data: a data contract as a file or as text."
    )

    def validate_dialect(self, value: Any) -> dict[str, Any]:
        return checked_dialect(value)


class PreviewRequest(serializers.Serializer):
    file = serializers.FileField(max_length=1024, allow_empty_file=True)
    dialect = serializers.JSONField(required=False, help_text="What is known of how the text is written.")

    def validate_dialect(self, value: Any) -> dict[str, Any]:
        return checked_dialect(value)


class PreviewSerializer(serializers.Serializer):
    """The first rows of a file as they would be read, and what was found out about it."""

    format = serializers.CharField(source="detected.format")
    compression = serializers.CharField(source="detected.compression")
    encoding = serializers.CharField(source="detected.encoding")
    encoding_confidence = serializers.FloatField(source="detected.encoding_confidence")
    dialect = serializers.SerializerMethodField()
    columns = serializers.ListField(source="names", child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    lines = serializers.ListField(child=serializers.IntegerField())
    notes = serializers.ListField(child=serializers.CharField())
    problem = serializers.CharField(help_text="Why there are no rows; empty when there are.")

    def get_dialect(self, found: Preview) -> dict[str, Any] | None:
        return found.dialect.to_dict() if found.dialect else None


class DatasetReference(serializers.Serializer):
    id = serializers.IntegerField()


class CheckReference(serializers.Serializer):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=RunState.choices)
    url = serializers.CharField()


class ReceiptSerializer(serializers.Serializer):
    """What became of an upload."""

    source = SourceReference()  # type: ignore[assignment]  # DRF's own fields have an attribute of this name
    dataset = DatasetReference()
    check = CheckReference()
    known = serializers.BooleanField(help_text="This content was here before; its run is given.")


def receipt_answer(receipt: services.Receipt) -> Response:
    """202 with where the check of an upload can be followed."""
    url = run_url(receipt.run)
    body = {
        "source": {"id": receipt.source.pk, "name": receipt.source.name},
        "dataset": {"id": receipt.snapshot.pk},
        "check": run_reference(receipt.run, url),
        "known": receipt.known,
    }
    return Response(body, status=202, headers={"Location": url})


class WorstSource(SourceReference):
    score = serializers.FloatField(allow_null=True)


class QualitySummarySerializer(serializers.Serializer):
    sources = serializers.IntegerField()
    runs = serializers.IntegerField()
    average_score = serializers.FloatField(allow_null=True)
    by_status = serializers.DictField(child=serializers.IntegerField())
    by_dimension = serializers.DictField(child=serializers.FloatField())
    worst_sources = WorstSource(many=True)


class RejectSerializer(serializers.Serializer):
    line = serializers.IntegerField(allow_null=True)
    offset = serializers.IntegerField(
        allow_null=True, default=None, help_text="Byte in the unpacked file; null where it was decoded."
    )
    reason = serializers.CharField()
    text = serializers.CharField()
