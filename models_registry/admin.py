"""The models room for operations staff: history is read-only, actions go through the services."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dataops.engine.errors import InspectionError
from dataops.web.admin import KeepableAdmin, ReadOnlyAdmin
from dataops.web.htmx import PageRequest
from models_registry import services
from models_registry.enums import Alias
from models_registry.forms import VersionForm
from models_registry.models import (
    AliasChange,
    AllowedType,
    Correction,
    DeployRun,
    DriftBacktest,
    DriftRun,
    IngestRun,
    Model,
    ModelPerformance,
    ModelVersion,
    Prediction,
    RequestCount,
    ScoringRun,
    ShadowAnswer,
    ViolationCount,
    Watch,
)
from models_registry.selectors import aliases_of


def _tell(model_admin: admin.ModelAdmin, request: HttpRequest, action: Callable[[], Any], done: str) -> None:
    """Do one thing of an action and say how it went."""
    try:
        action()
    except InspectionError as refused:
        model_admin.message_user(request, str(refused), messages.WARNING)
    else:
        model_admin.message_user(request, done)


@admin.register(Model)
class ModelAdmin(KeepableAdmin):
    list_display = ["name", "task", "champion", "owner", "created_at", "archived_at"]
    list_filter = ["task", "archived_at"]
    search_fields = ["name", "description", "tags"]
    list_select_related = ["champion__model", "owner"]
    readonly_fields = [
        "name", "task", "champion", "costs", "metrics", "predictions_from", "predictions_removed",
        "created_at",
    ]  # fmt: skip
    autocomplete_fields = ["owner", "sources"]
    actions = ["check_drift"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a model comes with its first version

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # archived, so that its history stays

    def has_check_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.check_drift")

    @admin.action(description="Check drift of the last predictions", permissions=["check"])
    def check_drift(self, request: PageRequest, queryset: QuerySet[Model]) -> None:
        for model in queryset.select_related("champion"):

            def start(model: Model = model) -> None:
                services.request_drift_run(version=services.champion_of(model), by=request.user)

            _tell(self, request, start, f"{model}: a drift run is queued.")

    def save_model(self, request: PageRequest, obj: Model, form: Any, change: bool) -> None:  # type: ignore[override]
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        before = Model.objects.get(pk=obj.pk)  # the form has changed this one already
        services.update_model(model=before, by=request.user, **changed)


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "format", "artifact_bytes", "created_by", "created_at"]
    list_filter = ["state", "format", "model__task", "created_at"]
    search_fields = ["model__name", "artifact_sha256", "notes"]
    list_select_related = ["model", "created_by"]
    exclude = ["reference_profile"]
    actions = ["make_champion", "withdraw_aliases"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.deploy_model")

    def get_fieldsets(self, request: HttpRequest, obj: ModelVersion | None = None) -> Any:
        return (
            super().get_fieldsets(request, obj) if obj else [(None, {"fields": [*VersionForm.base_fields]})]
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **options) if obj else VersionForm

    def save_model(self, request: PageRequest, obj: ModelVersion, form: Any, change: bool) -> None:  # type: ignore[override]
        def deploy() -> None:
            obj.pk = services.deploy_artifact(by=request.user, **form.cleaned_data).version_id

        _tell(self, request, deploy, "The version is queued: it is tried, then it is ready.")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return redirect("admin:models_registry_modelversion_changelist")

    def log_addition(self, request: HttpRequest, obj: ModelVersion, message: Any) -> None:  # type: ignore[override]
        """The audit log has it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        return super().get_queryset(request).defer("reference_profile")

    def has_promote_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.promote_version")

    @admin.action(description="Make champion", permissions=["promote"])
    def make_champion(self, request: PageRequest, queryset: QuerySet[ModelVersion]) -> None:
        for version in queryset.select_related("model"):

            def promote(version: ModelVersion = version) -> None:
                services.promote_version(
                    version=version, alias=Alias.CHAMPION, reason="In the administration.", by=request.user
                )

            _tell(self, request, promote, f"{version} is the champion now.")

    @admin.action(description="Take challenger and shadow away", permissions=["promote"])
    def withdraw_aliases(self, request: PageRequest, queryset: QuerySet[ModelVersion]) -> None:
        for version in queryset.select_related("model"):
            for alias, holder in aliases_of(version.model).items():
                if holder != version or alias == Alias.CHAMPION:
                    continue

                def withdraw(version: ModelVersion = version, alias: str = alias) -> None:
                    services.withdraw_alias(
                        model=version.model, alias=alias, reason="In the administration.", by=request.user
                    )

                _tell(self, request, withdraw, f"{version} is the {alias} no more.")


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


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["prediction", "actual", "actual_at", "corrected_at"]
    list_filter = ["prediction__model", "corrected_at"]
    search_fields = ["=prediction__prediction_id"]
    list_select_related = ["prediction"]
    show_full_result_count = False


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


@admin.register(AllowedType)
class AllowedTypeAdmin(ReadOnlyAdmin):
    list_display = ["name", "libraries", "reason", "added_by", "added_at", "removed_at"]
    list_filter = ["libraries", "removed_at"]
    search_fields = ["name", "reason"]
    list_select_related = ["added_by"]
    fields = ["name", "reason"]
    actions = ["remove"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.change_allowedtype")

    has_remove_permission = has_add_permission

    def save_model(self, request: PageRequest, obj: AllowedType, form: Any, change: bool) -> None:  # type: ignore[override]
        def add() -> None:
            obj.pk = services.allow_type(name=obj.name, reason=obj.reason, by=request.user).pk

        _tell(self, request, add, f"Artifacts may name {obj.name} now.")

    def response_add(
        self, request: HttpRequest, obj: AllowedType, post_url_continue: Any = None
    ) -> HttpResponse:
        return redirect("admin:models_registry_allowedtype_changelist")

    def log_addition(self, request: HttpRequest, obj: AllowedType, message: Any) -> None:  # type: ignore[override]
        """The audit log has it."""

    @admin.action(description="Take off the list", permissions=["remove"])
    def remove(self, request: PageRequest, queryset: QuerySet[AllowedType]) -> None:
        changed = sum(services.disallow_type(row=row, by=request.user) for row in queryset)
        self.message_user(request, f"Taken off: {changed}.")


@admin.register(AliasChange)
class AliasChangeAdmin(ReadOnlyAdmin):
    list_display = ["at", "model", "alias", "version", "withdrawn", "reason", "by"]
    list_filter = ["alias", "at"]
    search_fields = ["model__name", "reason"]
    list_select_related = ["model", "version__model", "by"]


@admin.register(DeployRun)
class DeployRunAdmin(ReadOnlyAdmin):
    list_display = [
        "pk",
        "version",
        "template",
        "file_name",
        "state",
        "attempt",
        "requested_by",
        "created_at",
        "finished_at",
    ]
    list_filter = ["state", "template", "trigger", "created_at"]
    search_fields = ["version__model__name", "error"]
    list_select_related = ["version__model", "requested_by"]


@admin.register(DriftRun)
class DriftRunAdmin(ReadOnlyAdmin):
    list_display = [
        "pk",
        "version",
        "state",
        "outcome",
        "drifted",
        "severity",
        "rows",
        "trigger",
        "created_at",
    ]
    list_filter = ["state", "drifted", "severity", "trigger", "created_at"]
    search_fields = ["version__model__name", "verdict", "error"]
    list_select_related = ["version__model"]
    exclude = ["profile"]
    actions = ["cancel_runs", "expect"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DriftRun]:
        return super().get_queryset(request).defer("profile")

    def has_check_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.check_drift")

    @admin.action(description="Cancel", permissions=["check"])
    def cancel_runs(self, request: PageRequest, queryset: QuerySet[DriftRun]) -> None:
        found = list(queryset.select_related("version__model"))
        changed = sum(services.cancel_drift_run(run=run, by=request.user) for run in found)
        self.message_user(request, f"Cancelled: {changed}. Over already: {len(found) - changed}.")

    @admin.action(description="This was expected", permissions=["check"])
    def expect(self, request: PageRequest, queryset: QuerySet[DriftRun]) -> None:
        for run in queryset:
            services.expect_drift(run=run, by=request.user)
        self.message_user(request, "Later windows may look like these.")


@admin.register(DriftBacktest)
class DriftBacktestAdmin(ReadOnlyAdmin):
    list_display = ["pk", "version", "state", "windows", "alarms", "requested_by", "created_at"]
    list_filter = ["state", "trigger", "created_at"]
    search_fields = ["version__model__name", "error"]
    list_select_related = ["version__model", "requested_by"]
    actions = ["cancel_runs"]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.change_watch")

    @admin.action(description="Cancel", permissions=["cancel"])
    def cancel_runs(self, request: PageRequest, queryset: QuerySet[DriftBacktest]) -> None:
        changed = sum(services.cancel_backtest(run=run, by=request.user) for run in queryset)
        self.message_user(request, f"Cancelled: {changed}.")


@admin.register(Watch)
class WatchAdmin(admin.ModelAdmin):
    list_display = ["model", "cron", "every_minutes", "time_zone", "paused", "next_at", "last_at"]
    list_filter = ["paused"]
    search_fields = ["model__name"]
    list_select_related = ["model"]
    autocomplete_fields = ["model"]
    readonly_fields = ["policy", "false_alarms", "next_at", "last_at", "skipped_at"]
    raw_id_fields = ["reference_run"]
    actions = ["pause", "resume"]

    @admin.display(description="False alarms")
    def false_alarms(self, watch: Watch) -> str:
        if watch.pk is None:
            return "–"
        found = services.false_alarms_of(watch.model, services.policy_of(watch.model))
        return f"{found.false} of {found.alarms} alarms in {found.windows} windows"

    def save_model(self, request: PageRequest, obj: Watch, form: Any, change: bool) -> None:  # type: ignore[override]
        changed = {name: form.cleaned_data[name] for name in form.changed_data if name != "model"}
        obj.pk = services.set_watch(obj.model, by=request.user, **changed).pk

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request: PageRequest, queryset: QuerySet[Watch]) -> None:
        self._set(request, queryset, paused=True)

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: PageRequest, queryset: QuerySet[Watch]) -> None:
        self._set(request, queryset, paused=False)

    def _set(self, request: PageRequest, queryset: QuerySet[Watch], *, paused: bool) -> None:
        for watch in queryset.select_related("model"):
            services.set_watch(watch.model, by=request.user, paused=paused)
        self.message_user(request, "Paused." if paused else "Resumed; the next tick is planned.")


@admin.register(Prediction)
class PredictionAdmin(ReadOnlyAdmin):
    list_display = ["prediction_id", "version", "prediction", "actual", "predicted_at", "latency_seconds"]
    list_filter = ["model", "predicted_at"]
    search_fields = ["=prediction_id"]
    list_select_related = ["version__model"]
    show_full_result_count = False


@admin.register(ModelPerformance)
class ModelPerformanceAdmin(ReadOnlyAdmin):
    list_display = ["version", "kind", "window_from", "window_to", "rows", "at"]
    list_filter = ["kind", "version__model"]
    search_fields = ["version__model__name"]
    list_select_related = ["version__model"]
