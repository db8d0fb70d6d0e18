"""Drift checks, what they compare and when."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dataops.web.htmx import PageRequest
from models_registry import services
from models_registry.admin.common import StoppableAdmin, tell
from models_registry.forms import WatchRowForm
from models_registry.models import DriftBacktest, DriftRun, Watch


@admin.register(DriftRun)
class DriftRunAdmin(StoppableAdmin):
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
    cancel_permission = "models_registry.check_drift"
    cancel = staticmethod(services.cancel_drift_run)
    actions = ["cancel_runs", "expect"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DriftRun]:
        return super().get_queryset(request).defer("profile")

    @admin.action(description="This was expected", permissions=["cancel"])
    def expect(self, request: PageRequest, queryset: QuerySet[DriftRun]) -> None:
        for run in queryset:
            services.expect_drift(run=run, by=request.user)
        self.message_user(request, "Later windows may look like these.")


@admin.register(DriftBacktest)
class DriftBacktestAdmin(StoppableAdmin):
    list_display = ["pk", "version", "state", "windows", "alarms", "requested_by", "created_at"]
    list_filter = ["state", "trigger", "created_at"]
    search_fields = ["version__model__name", "error"]
    list_select_related = ["version__model", "requested_by"]
    cancel_permission = "models_registry.change_watch"
    cancel = staticmethod(services.cancel_backtest)


@admin.register(Watch)
class WatchAdmin(admin.ModelAdmin):
    list_display = ["model", "cron", "every_minutes", "time_zone", "paused", "next_at", "last_at"]
    list_filter = ["paused"]
    search_fields = ["model__name"]
    list_select_related = ["model"]
    autocomplete_fields = ["model"]
    form = WatchRowForm
    readonly_fields = ["false_alarms", "next_at", "last_at", "skipped_at"]
    raw_id_fields = ["reference_run"]
    actions = ["pause", "resume", "try_policy"]

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

    @admin.action(description="Try the policy on earlier windows", permissions=["change"])
    def try_policy(self, request: PageRequest, queryset: QuerySet[Watch]) -> None:
        for watch in queryset.select_related("model__champion"):

            def start(watch: Watch = watch) -> None:
                version = services.champion_of(watch.model)
                services.request_backtest(version=version, policy=watch.policy, by=request.user)

            tell(self, request, start, f"{watch.model}: the policy is tried on earlier windows.")

    def _set(self, request: PageRequest, queryset: QuerySet[Watch], *, paused: bool) -> None:
        for watch in queryset.select_related("model"):
            services.set_watch(watch.model, by=request.user, paused=paused)
        self.message_user(request, "Paused." if paused else "Resumed; the next tick is planned.")
