"""Alerts in the administration: to be found and read; actions go through the services."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from alerts import services
from alerts.enums import Resolution, Substatus
from alerts.forms import BulkForm
from alerts.models import (
    Alert,
    AlertEvent,
    Channel,
    DeliveryAttempt,
    Episode,
    EscalationStep,
    MailRefusal,
    MessageTemplate,
    Notice,
    Notification,
    Policy,
    PostponedMail,
    Preference,
    Route,
    SavedView,
    Silence,
    Stance,
    Watermark,
)
from dataops.web.admin import ReadOnlyAdmin

SNOOZE_REPORTS = 3


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OwnPageAdmin(ReadOnlyAdmin):
    """Made and changed by the form of its page, which checks what is typed; links lead there."""

    change_form_template = "admin/on_its_page.html"
    view_on_site = False
    set_up_needs: str
    new_page: str

    def has_set_up_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.set_up_needs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_set_up_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect(self.new_page)


class DeletableAdmin(ReadOnlyAdmin):
    """Deleted by the service that its page uses."""

    delete_needs: str
    delete_service: Callable[..., None]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.delete_needs)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_service(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for thing in queryset:
            self.delete_model(request, thing)


class EventInline(ReadOnlyInline):
    model = AlertEvent
    fields = ("at", "kind", "actor", "comment", "data")


class EpisodeInline(ReadOnlyInline):
    model = Episode
    fields = ("opened_at", "severity", "count", "acknowledged_by", "resolved_at", "resolved_by", "resolution")


class SubstatusFilter(admin.SimpleListFilter):
    """How what is open stands."""

    title = parameter_name = "substatus"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Substatus.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset.with_substatus(chosen) if chosen else queryset  # type: ignore[attr-defined]


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = (
        "title", "subject_name", "severity", "status", "stands", "count", "opened_at", "assignee",
    )  # fmt: skip
    list_filter = ("status", SubstatusFilter, "severity", "subject_type", "kind", "resolution")
    list_select_related = ("assignee",)
    search_fields = ("title", "subject_name", "column", "fingerprint")
    date_hierarchy = "last_seen_at"
    inlines = (EpisodeInline, EventInline)
    actions = (
        "acknowledge", "assign_to_me", "snooze_for_hours", "snooze_for_reports", "resolve_as_fixed", "reopen",
    )  # fmt: skip

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("alerts.handle_alert")

    @admin.display(description="Substatus", empty_value="-")
    def stands(self, alert: Alert) -> str:
        return alert.substatus_label

    @admin.action(description="Acknowledge", permissions=["handle"])
    def acknowledge(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        self._say(request, services.acknowledge_many(_versions(alerts), by=request.user))

    @admin.action(description="Assign to me", permissions=["handle"])
    def assign_to_me(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        me = request.user
        self._say(request, services.assign_many(_versions(alerts), assignee=me, by=me))

    @admin.action(description=f"Snooze for {BulkForm.SNOOZE_HOURS} hours", permissions=["handle"])
    def snooze_for_hours(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        until = timezone.now() + timedelta(hours=BulkForm.SNOOZE_HOURS)
        self._say(request, services.snooze_many(_versions(alerts), until=until, by=request.user))

    @admin.action(description=f"Snooze for {SNOOZE_REPORTS} more bad reports", permissions=["handle"])
    def snooze_for_reports(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        result = services.snooze_many(_versions(alerts), more_reports=SNOOZE_REPORTS, by=request.user)
        self._say(request, result)

    @admin.action(description="Resolve as fixed", permissions=["handle"])
    def resolve_as_fixed(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        result = services.resolve_many(_versions(alerts), resolution=Resolution.FIXED, by=request.user)
        self._say(request, result)

    @admin.action(description="Reopen", permissions=["handle"])
    def reopen(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        self._say(request, services.reopen_many(_versions(alerts), by=request.user))

    def _say(self, request: HttpRequest, result: services.BulkResult) -> None:
        level = messages.WARNING if result.refused else messages.SUCCESS
        refused = " ".join(dict.fromkeys(result.refused.values()))
        self.message_user(request, f"{result.done} done, {len(result.refused)} refused. {refused}", level)


def _versions(alerts: QuerySet[Alert]) -> dict[int, int]:
    return dict(alerts.values_list("pk", "version"))


@admin.register(Episode)
class EpisodeAdmin(ReadOnlyAdmin):
    list_display = ("alert", "severity", "opened_at", "resolved_at", "resolution", "count")
    list_filter = ("severity", "resolution")
    list_select_related = ("alert",)
    search_fields = ("alert__title", "alert__subject_name")
    date_hierarchy = "opened_at"


@admin.register(AlertEvent)
class AlertEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "alert", "kind", "actor", "comment")
    list_filter = ("kind",)
    list_select_related = ("alert", "actor")
    search_fields = ("alert__title", "alert__subject_name", "comment")
    date_hierarchy = "at"


@admin.register(Channel)
class ChannelAdmin(OwnPageAdmin, DeletableAdmin):
    """The config is left out: it may hold secrets."""

    set_up_needs = delete_needs = "alerts.change_channel"
    new_page, delete_service = "alerts:channel_list", staticmethod(services.delete_channel)
    list_display = ("name", "kind", "enabled", "per_minute", "created_at")
    list_filter = ("kind", "enabled")
    search_fields = ("name",)
    exclude = ("config", "secrets")
    actions = ("send_a_test",)

    @admin.action(description="Send a test", permissions=["set_up"])
    def send_a_test(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        for channel in channels:
            services.send_test(channel, by=request.user)
        self.message_user(request, "On their way; the notifications show how it went.")


class StepInline(ReadOnlyInline):
    model = EscalationStep
    fields = ("after_minutes", "channels")


@admin.register(Route)
class RouteAdmin(OwnPageAdmin, DeletableAdmin):
    set_up_needs = delete_needs = "alerts.change_route"
    new_page, delete_service = "alerts:route_create", staticmethod(services.delete_route)
    list_display = ("position", "name", "condition", "enabled", "digest", "hours_in_words")
    list_display_links = ("name",)
    list_filter = ("enabled", "channels")
    search_fields = ("name",)
    inlines = (StepInline,)

    @admin.display(description="Hours")
    def hours_in_words(self, route: Route) -> str:
        return route.hours.in_words() or "always"


@admin.register(Policy)
class PolicyAdmin(OwnPageAdmin, DeletableAdmin):
    set_up_needs = delete_needs = "alerts.change_policy"
    new_page, delete_service = "alerts:policy_create", staticmethod(services.delete_policy)
    list_display = ("position", "name", "condition", "opening", "resolve_after", "severity", "runbook_url")
    list_display_links = ("name",)
    list_filter = ("severity",)
    search_fields = ("name",)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(OwnPageAdmin):
    set_up_needs, new_page = "alerts.change_messagetemplate", "alerts:template_list"
    list_display = ("kind", "number", "subject", "created_at", "created_by")
    list_filter = ("kind",)
    list_select_related = ("created_by",)
    search_fields = ("subject", "body")
    actions = ("use_the_default",)

    @admin.action(description="Use the default words again", permissions=["set_up"])
    def use_the_default(self, request: HttpRequest, templates: QuerySet[MessageTemplate]) -> None:
        for kind in sorted(set(templates.values_list("kind", flat=True))):
            services.reset_template(kind, by=request.user)
        self.message_user(request, "The next messages go out in the default words.")


@admin.register(Silence)
class SilenceAdmin(OwnPageAdmin):
    set_up_needs, new_page = "alerts.change_silence", "alerts:silence_create"
    list_display = ("reason", "condition", "starts_at", "ends_at", "repeat", "created_by")
    list_filter = ("repeat",)
    list_select_related = ("created_by",)
    search_fields = ("reason",)
    date_hierarchy = "starts_at"
    actions = ("end_now",)

    @admin.action(description="End now", permissions=["set_up"])
    def end_now(self, request: HttpRequest, silences: QuerySet[Silence]) -> None:
        for silence in silences:
            try:
                services.end_silence(silence, by=request.user)
            except services.Conflict as conflict:
                self.message_user(request, f"{silence}: {conflict}", messages.WARNING)


class AttemptInline(ReadOnlyInline):
    model = DeliveryAttempt
    fields = ("number", "at", "outcome", "seconds", "detail")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("subject", "state", "reason", "channel", "attempt", "created_at", "not_before", "told_in")
    list_filter = ("state", "reason", "channel")
    list_select_related = ("channel", "told_in")
    search_fields = ("subject", "error", "uuid")
    date_hierarchy = "created_at"
    inlines = (AttemptInline,)
    actions = ("send_again",)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("alerts.handle_alert")

    @admin.action(description="Send again", permissions=["handle"])
    def send_again(self, request: HttpRequest, notifications: QuerySet[Notification]) -> None:
        for notification in notifications:
            try:
                services.retry(notification, by=request.user)
            except services.Conflict as conflict:
                self.message_user(request, f"{notification}: {conflict}", messages.WARNING)


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(ReadOnlyAdmin):
    list_display = ("at", "notification", "number", "outcome", "seconds", "detail")
    list_filter = ("outcome",)
    list_select_related = ("notification",)
    search_fields = ("detail", "notification__subject")
    date_hierarchy = "at"


@admin.register(Watermark)
class WatermarkAdmin(ReadOnlyAdmin):
    list_display = ("subject_type", "subject_id", "kind", "sequence")
    list_filter = ("subject_type", "kind")
    search_fields = ("subject_id",)


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = (
        "person", "mail_critical", "mail_warning", "mail_info", "in_app_from", "quiet_from", "quiet_to",
    )  # fmt: skip
    list_filter = ("mail_critical", "mail_warning", "mail_info", "in_app_from")
    list_select_related = ("person",)
    search_fields = ("person__username",)


@admin.register(Stance)
class StanceAdmin(ReadOnlyAdmin):
    list_display = ("person", "side", "subject_type", "subject_name", "created_at")
    list_filter = ("side", "subject_type")
    list_select_related = ("person",)
    search_fields = ("person__username", "subject_name")


@admin.register(SavedView)
class SavedViewAdmin(DeletableAdmin):
    delete_needs, delete_service = "alerts.delete_savedview", staticmethod(services.delete_view)
    list_display = ("name", "area", "query", "owner", "shared", "created_at")
    list_filter = ("area", "shared")
    list_select_related = ("owner",)
    search_fields = ("name", "query", "owner__username")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("title", "person", "severity", "reason", "count", "created_at", "read_at")
    list_filter = ("severity", "reason")
    list_select_related = ("person",)
    search_fields = ("title", "person__username")
    date_hierarchy = "created_at"


@admin.register(PostponedMail)
class PostponedMailAdmin(ReadOnlyAdmin):
    list_display = ("person", "alert", "due_at", "created_at")
    list_select_related = ("person", "alert")
    search_fields = ("person__username", "alert__title")


@admin.register(MailRefusal)
class MailRefusalAdmin(ReadOnlyAdmin):
    list_display = ("address", "at")
    search_fields = ("address",)
    actions = ("mail_again",)

    def has_set_up_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("alerts.change_channel")

    @admin.action(description="Mail them again", permissions=["set_up"])
    def mail_again(self, request: HttpRequest, refusals: QuerySet[MailRefusal]) -> None:
        for refusal in refusals:
            services.allow_mail(refusal.address, by=request.user)
