"""The kernel's own tables, and the base of every read-only history in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dataops.web import tokens
from dataops.web.htmx import PageRequest
from dataops.web.models import (
    ApiToken,
    AuditEvent,
    FailedSignIns,
    GlobalSetting,
    Heartbeat,
    Locale,
    SampleRun,
)
from dataops.web.sight import may_keep_to


class ReadOnlyAdmin(admin.ModelAdmin):
    """History is looked at, not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeepableAdmin(admin.ModelAdmin):
    """Of what may be kept to a team: to those that its page offers, too."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        if "kept_to" in form.base_fields:  # not where it is only shown
            offered = may_keep_to(request.user, now=obj and obj.kept_to)
            form.base_fields["kept_to"].queryset = offered  # type: ignore[attr-defined]
        return form


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_name", "address", "action", "target_type", "target_name", "position"]
    list_filter = ["action", "target_type", "at"]
    search_fields = ["actor_name", "target_name", "action"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "hint", "scope", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_filter = ["scope", "revoked_at", "expires_at"]
    search_fields = ["name", "user__username", "hint"]
    list_select_related = ["user"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description="Revoke")
    def revoke(self, request: PageRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            tokens.revoke(token, by=request.user)


@admin.register(GlobalSetting)
class GlobalSettingAdmin(ReadOnlyAdmin):
    """Changed on the settings pages, which check what fits together."""

    list_display = ["key", "value", "changed_by", "changed_at"]
    search_fields = ["key"]
    list_select_related = ["changed_by"]


@admin.register(Locale)
class LocaleAdmin(ReadOnlyAdmin):
    """Everybody says it of themselves, in the profile."""

    list_display = ["person", "language", "time_zone"]
    list_filter = ["language"]
    search_fields = ["person__username", "time_zone"]
    list_select_related = ["person"]


@admin.register(FailedSignIns)
class FailedSignInsAdmin(ReadOnlyAdmin):
    """Who has to wait; deleting a row lets them try at once."""

    list_display = ["name", "address", "failures", "last_at", "waits_until"]
    search_fields = ["name", "address"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["part", "at"]


@admin.register(SampleRun)
class SampleRunAdmin(ReadOnlyAdmin):
    list_display = ["pk", "action", "state", "requested_by", "trigger", "created_at", "finished_at"]
    list_filter = ["action", "state", "created_at"]
    search_fields = ["error"]
    list_select_related = ["requested_by"]
