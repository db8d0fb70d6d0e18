"""Models, who answers for them and why."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from dataops.web.admin import KeepableAdmin, ReadOnlyAdmin
from dataops.web.htmx import PageRequest
from dataops.web.templatetags.ui import decimal, number, sparkline
from models_registry import presenters, services
from models_registry.admin.common import tell
from models_registry.models import AliasChange, Model
from models_registry.templatetags.registry import latency


class ModelList(ChangeList):
    """Models with what their own list says of each, found for all of a page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        models = list(self.result_list)
        for model, row in zip(models, presenters.model_rows(models, {}), strict=True):
            model.row = row
        self.result_list = models


@admin.register(Model)
class ModelAdmin(KeepableAdmin):
    list_display = [
        "name", "task", "champion", "drift", "quality", "by_week", "predictions_24h", "latency_p95", "owner",
        "archived_at",
    ]  # fmt: skip
    list_filter = ["task", "archived_at"]
    search_fields = ["name", "description", "tags"]
    list_select_related = ["champion__model", "owner"]
    readonly_fields = [
        "name", "task", "champion", "costs", "metrics", "predictions_from", "predictions_removed",
        "created_at",
    ]  # fmt: skip
    autocomplete_fields = ["owner", "sources"]
    actions = ["check_drift"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).defer("champion__reference_profile")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ModelList

    @admin.display
    def drift(self, model: Any) -> str:
        found = model.row.drift
        if found is None or found.drifted is None:
            return found.get_outcome_display() if found else "–"
        return f"Drifted, {found.severity}" if found.drifted else "Stable"

    @admin.display
    def quality(self, model: Any) -> str:
        return f"{model.row.metric} {decimal(model.row.value)}"

    @admin.display
    def by_week(self, model: Any) -> SafeString:
        return sparkline(model.row.history, label=model.row.metric)

    @admin.display(description="Predictions 24 h")
    def predictions_24h(self, model: Any) -> str:
        return number(model.row.traffic.day)

    @admin.display(description="Latency p95")
    def latency_p95(self, model: Any) -> str:
        return latency(model.row.latency_p95_seconds)

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

            tell(self, request, start, f"{model}: a drift run is queued.")

    def save_model(self, request: PageRequest, obj: Model, form: Any, change: bool) -> None:  # type: ignore[override]
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        before = Model.objects.get(pk=obj.pk)  # the form has changed this one already
        services.update_model(model=before, by=request.user, **changed)


@admin.register(AliasChange)
class AliasChangeAdmin(ReadOnlyAdmin):
    list_display = ["at", "model", "alias", "version", "withdrawn", "reason", "by"]
    list_filter = ["alias", "at"]
    search_fields = ["model__name", "reason"]
    list_select_related = ["model", "version__model", "by"]
