"""What models were asked, what they answered and how good that was: looked at, not edited."""

from django.contrib import admin

from dataops.web.admin import ReadOnlyAdmin
from models_registry import services
from models_registry.admin.common import StoppableAdmin
from models_registry.models import (
    Correction,
    IngestRun,
    ModelPerformance,
    Prediction,
    PredictionBatch,
    RequestCount,
    ScoringRun,
    ShadowAnswer,
    ViolationCount,
)


@admin.register(Prediction)
class PredictionAdmin(ReadOnlyAdmin):
    list_display = ["prediction_id", "version", "prediction", "actual", "predicted_at", "latency_seconds"]
    list_filter = ["model", "predicted_at"]
    search_fields = ["=prediction_id"]
    list_select_related = ["version__model"]
    show_full_result_count = False


@admin.register(PredictionBatch)
class PredictionBatchAdmin(ReadOnlyAdmin):
    list_display = ["key", "version", "rows", "predicted_at", "latency_seconds"]
    list_filter = ["model"]
    list_select_related = ["version__model"]


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["prediction", "actual", "actual_at", "corrected_at"]
    list_filter = ["prediction__model", "corrected_at"]
    search_fields = ["=prediction__prediction_id"]
    list_select_related = ["prediction"]
    show_full_result_count = False


@admin.register(ModelPerformance)
class ModelPerformanceAdmin(ReadOnlyAdmin):
    list_display = ["version", "kind", "window_from", "window_to", "rows", "at"]
    list_filter = ["kind", "version__model"]
    search_fields = ["version__model__name"]
    list_select_related = ["version__model"]


@admin.register(IngestRun)
class IngestRunAdmin(StoppableAdmin):
    list_display = ["pk", "model", "kind", "file_name", "state", "requested_by", "created_at"]
    list_filter = ["state", "kind", "trigger", "created_at"]
    search_fields = ["model__name", "file_name", "error"]
    list_select_related = ["model", "requested_by"]
    cancel_permission = "models_registry.predict"
    cancel = staticmethod(services.cancel_ingest)


@admin.register(ScoringRun)
class ScoringRunAdmin(StoppableAdmin):
    list_display = ["pk", "version", "source_called", "target_name", "state", "rows", "refused", "created_at"]
    list_filter = ["state", "trigger", "created_at"]
    search_fields = ["version__model__name", "target_name", "error"]
    list_select_related = ["version__model", "snapshot__source"]
    cancel_permission = "models_registry.predict"
    cancel = staticmethod(services.cancel_scoring)


@admin.register(ShadowAnswer)
class ShadowAnswerAdmin(ReadOnlyAdmin):
    list_display = ["prediction_id", "version", "prediction", "agrees", "distance", "at"]
    list_filter = ["version__model", "agrees", "at"]
    search_fields = ["=prediction_id"]
    list_select_related = ["version__model"]
    show_full_result_count = False


@admin.register(RequestCount)
class RequestCountAdmin(ReadOnlyAdmin):
    list_display = ["day", "version", "outcome", "count"]
    list_filter = ["outcome", "day", "version__model"]
    search_fields = ["version__model__name"]
    list_select_related = ["version__model"]


@admin.register(ViolationCount)
class ViolationCountAdmin(ReadOnlyAdmin):
    list_display = ["day", "version", "feature", "code", "count"]
    list_filter = ["code", "day", "version__model"]
    search_fields = ["feature"]
    list_select_related = ["version__model"]
