"""The quality room for operations staff."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from dataops.engine.errors import InspectionError
from dataops.web.admin import KeepableAdmin, ReadOnlyAdmin
from dataops.web.templatetags.ui import number, score
from quality import services
from quality.enums import Outcome
from quality.models import (
    BacktestRun,
    Check,
    CheckResult,
    CheckRun,
    ContractVersion,
    DataSource,
    FailingRows,
    HeldUpload,
    RuleSet,
    Schedule,
    Snapshot,
    SuggestedRule,
    SuggestionRun,
)


class ScheduleInline(admin.StackedInline):
    """Shown here, changed on the page of the source, where times are explained."""

    model = Schedule
    fields = (
        "cron",
        "every_minutes",
        "time_zone",
        "paused",
        "next_at",
        "last_at",
        "skipped_at",
        "expect_cron",
        "grace_minutes",
        "overdue",
    )
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DataSource)
class DataSourceAdmin(KeepableAdmin):
    list_display = ["name", "kind", "state", "newest_score", "next_run", "owner", "archived_at", "updated_at"]
    list_filter = ["state", "kind", ("archived_at", admin.EmptyFieldListFilter), "schedule__paused"]
    search_fields = ["name", "description", "tags"]
    list_select_related = ["newest_run", "owner", "schedule"]
    readonly_fields = [
        "kind",
        "shown_config",
        "looked_at_up_to",
        "archived_at",
        "state",
        "newest_run",
        "created_at",
        "updated_at",
    ]
    autocomplete_fields = ["owner"]
    actions = [
        "run_checks_now",
        "read_all_again",
        "pause_schedules",
        "resume_schedules",
        "archive",
        "unarchive",
    ]
    inlines = [ScheduleInline]

    @admin.display(description="Connection")
    def shown_config(self, source: DataSource) -> str:
        return ", ".join(f"{name}: {value}" for name, value in services.shown_config(source).items()) or "–"

    @admin.display(description="Looked at up to")
    def looked_at_up_to(self, source: DataSource) -> str:
        return source.cursor.get("upto") or "–"

    @admin.display(ordering="newest_run__score")
    def newest_score(self, source: DataSource) -> str:
        return score(source.newest_run.score if source.newest_run else None)

    @admin.display(ordering="schedule__next_at")
    def next_run(self, source: DataSource) -> Any:
        schedule = getattr(source, "schedule", None)
        if schedule is None:
            return None
        return "paused" if schedule.paused else schedule.next_at

    @admin.action(description="Pause schedule", permissions=["change"])
    def pause_schedules(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        self._set_paused(request, queryset, paused=True)

    @admin.action(description="Resume schedule", permissions=["change"])
    def resume_schedules(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        self._set_paused(request, queryset, paused=False)

    def _set_paused(self, request: HttpRequest, queryset: QuerySet[DataSource], *, paused: bool) -> None:
        for source in queryset:
            if services.pause_schedule(source, by=request.user, paused=paused) is None:
                self.message_user(request, f"Source {source} has no schedule.", messages.WARNING)

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        for source in queryset:
            services.archive_source(source, by=request.user)

    @admin.action(description="Bring back from the archive", permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        for source in queryset:
            services.unarchive_source(source, by=request.user)

    @admin.action(description="Run checks now", permissions=["run"])
    def run_checks_now(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        for source in queryset:
            try:
                run = services.request_run(source, by=request.user)
            except services.NothingToCheck as nothing:
                self.message_user(request, str(nothing), messages.WARNING)
            else:
                self.message_user(request, f"Source {source}: run {run.pk} is queued.")

    @admin.action(description="Read all again (sources that grow)", permissions=["change"])
    def read_all_again(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        for source in queryset:
            try:
                run = services.read_all_again(source, by=request.user)
            except (services.DoesNotGrow, services.NothingToCheck, InspectionError) as refused:
                self.message_user(request, str(refused), messages.WARNING)
            else:
                self.message_user(request, f"Source {source}: run {run.pk} reads all again.")

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quality.run_checks")

    def save_model(self, request: HttpRequest, obj: DataSource, form: Any, change: bool) -> None:
        if change:
            before = DataSource.objects.get(pk=obj.pk)  # the form has changed this one already
            services.update_source(
                before, by=request.user, **{n: form.cleaned_data[n] for n in form.changed_data}
            )
        else:
            fields = {
                name: value for name, value in form.cleaned_data.items() if name not in ("name", "owner")
            }
            created = services.create_source(name=obj.name, by=request.user, **fields)
            if obj.owner is not None:
                services.update_source(created, by=request.user, owner=obj.owner)
            obj.pk = created.pk

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counted, as on the page of the source: listed one by one they would be a million lines."""
        counted = Counter({"data sources": len(objs)})
        for source in objs:
            counted.update(asdict(services.removal_of(source)))
        shown = {name.replace("_", " "): number(count) for name, count in counted.items()}
        return [str(source) for source in objs], shown, set(), []

    def delete_model(self, request: HttpRequest, obj: DataSource) -> None:
        services.delete_source(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[DataSource]) -> None:
        for source in queryset:
            services.delete_source(source, by=request.user)


@admin.register(Check)
class CheckAdmin(admin.ModelAdmin):
    list_display = ["source", "kind", "column", "warn", "fail", "severity", "enabled"]
    list_filter = ["kind", "severity", "enabled"]
    search_fields = ["source__name", "column"]
    list_select_related = ["source"]
    readonly_fields = ["source", "kind"]

    def save_model(self, request: HttpRequest, obj: Check, form: Any, change: bool) -> None:
        before = Check.objects.get(pk=obj.pk)
        try:
            services.configure_check(
                before, by=request.user, **{n: form.cleaned_data[n] for n in form.changed_data}
            )
        except (InspectionError, ValidationError) as error:
            refused = error.messages if isinstance(error, ValidationError) else [str(error)]
            self.message_user(request, f"Nothing was saved: {' '.join(refused)}", messages.ERROR)

    def delete_model(self, request: HttpRequest, obj: Check) -> None:
        services.remove_check(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Check]) -> None:
        for rule in queryset:
            services.remove_check(rule, by=request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class ResultInline(admin.TabularInline):
    model = CheckResult
    fields = ("check_key", "column", "outcome", "severity", "message", "points_lost")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OutcomeFilter(admin.SimpleListFilter):
    """Runs with at least one result of an outcome."""

    title = parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CheckRun]) -> QuerySet[CheckRun]:
        return queryset.filter(outcomes__has_key=self.value()) if self.value() else queryset


@admin.register(CheckRun)
class CheckRunAdmin(ReadOnlyAdmin):
    list_display = [
        "pk",
        "source",
        "state",
        "scored",
        "rows",
        "attempt",
        "trigger",
        "created_at",
        "finished_at",
    ]
    list_filter = ["state", OutcomeFilter, "trigger", "accepted", "created_at"]
    search_fields = ["source__name", "snapshot__file_name", "error"]
    list_select_related = ["source"]
    inlines = [ResultInline]
    actions = ["cancel_runs"]

    @admin.display(description="score", ordering="score")
    def scored(self, run: CheckRun) -> str:
        return score(run.score)

    @admin.action(description="Cancel", permissions=["run"])
    def cancel_runs(self, request: HttpRequest, queryset: QuerySet[CheckRun]) -> None:
        for run in queryset:
            services.cancel_run(run, by=request.user)

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quality.run_checks")


@admin.register(FailingRows)
class FailingRowsAdmin(ReadOnlyAdmin):
    """What is kept, and until when; the rows themselves are read on the page of their run, masked."""

    list_display = ["result", "source", "kind", "total", "expires_at"]
    list_filter = ["kind", "expires_at"]
    search_fields = ["result__run__source__name", "result__check_key", "result__column"]
    list_select_related = ["result__run__source"]
    fields = ["result", "kind", "marked", "total", "expires_at"]

    @admin.display(ordering="result__run__source__name")
    def source(self, rows: FailingRows) -> str:
        return str(rows.result.run.source)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailingRows]:
        return super().get_queryset(request).defer("rows", "numbers")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "source", "bytes", "format", "encoding", "received_by", "received_at"]
    list_filter = ["format", "received_at"]
    search_fields = ["file_name", "sha256", "source__name"]
    list_select_related = ["source", "received_by"]


@admin.register(HeldUpload)
class HeldUploadAdmin(ReadOnlyAdmin):
    """Files that somebody looks at before they are checked."""

    list_display = ["file_name", "source_name", "bytes", "format", "received_by", "received_at"]
    list_filter = ["format", "received_at"]
    search_fields = ["file_name", "sha256", "source_name"]
    list_select_related = ["received_by"]
    actions = ["discard"]

    @admin.action(description="Throw away", permissions=["run"])
    def discard(self, request: HttpRequest, queryset: QuerySet[HeldUpload]) -> None:
        for held in queryset:
            services.discard_held(held, by=request.user)

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quality.upload_data")


@admin.register(ContractVersion)
class ContractVersionAdmin(ReadOnlyAdmin):
    list_display = ["source", "number", "name", "version", "format", "applied_by", "applied_at"]
    list_filter = ["format", "applied_at"]
    search_fields = ["source__name", "name", "text"]
    list_select_related = ["source", "applied_by"]


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnlyAdmin):
    list_display = ["source", "digest", "formula", "created_at"]
    list_filter = ["formula", "created_at"]
    search_fields = ["source__name", "digest"]
    list_select_related = ["source"]


@admin.register(SuggestedRule)
class SuggestedRuleAdmin(ReadOnlyAdmin):
    list_display = ["source", "kind", "column", "state", "evidence", "confidence", "verdict"]
    list_filter = ["state", "kind"]
    search_fields = ["source__name", "column", "evidence"]
    list_select_related = ["source"]


@admin.register(BacktestRun)
class BacktestRunAdmin(ReadOnlyAdmin):
    list_display = ["pk", "source", "kind", "state", "verdict", "trigger", "created_at", "finished_at"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["source__name", "verdict", "error"]
    list_select_related = ["source"]


@admin.register(SuggestionRun)
class SuggestionRunAdmin(ReadOnlyAdmin):
    list_display = ["pk", "source", "state", "found", "attempt", "trigger", "created_at", "finished_at"]
    list_filter = ["state", "trigger", "created_at"]
    search_fields = ["source__name", "error"]
    list_select_related = ["source"]
