"""What models were asked, what they answered and how good that was: looked at, not edited."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dataops.web.admin import ReadOnlyAdmin
from dataops.web.htmx import PageRequest
from models_registry import services
from models_registry.models import (
    Correction,
    IngestRun,
    ModelPerformance,
    Prediction,
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
class IngestRunAdmin(ReadOnlyAdmin):
    list_display = ["pk", "model", "kind", "file_name", "state", "requested_by", "created_at"]
    list_filter = ["state", "kind", "trigger", "created_at"]
    search_fields = ["model__name", "file_name", "error"]
    list_select_related = ["model", "requested_by"]
    actions = ["cancel_runs"]

    def has_predict_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.predict")

    @admin.action(description="Cancel", permissions=["predict"])
    def cancel_runs(self, request: PageRequest, queryset: QuerySet[IngestRun]) -> None:
        changed = sum(services.cancel_ingest(run=run, by=request.user) for run in queryset)
        self.message_user(request, f"Cancelled: {changed}.")


@admin.register(ScoringRun)
class ScoringRunAdmin(ReadOnlyAdmin):
    list_display = ["pk", "version", "snapshot", "target_name", "state", "rows", "refused", "created_at"]
    list_filter = ["state", "trigger", "created_at"]
    search_fields = ["version__model__name", "target_name", "error"]
    list_select_related = ["version__model", "snapshot"]
    actions = ["cancel_runs"]

    def has_predict_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.predict")

    @admin.action(description="Cancel", permissions=["predict"])
    def cancel_runs(self, request: PageRequest, queryset: QuerySet[ScoringRun]) -> None:
        changed = sum(services.cancel_scoring(run=run, by=request.user) for run in queryset)
        self.message_user(request, f"Cancelled: {changed}.")


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
