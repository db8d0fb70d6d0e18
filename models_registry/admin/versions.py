"""Versions: how they come in, who answers, and what their files may name."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dataops.web.admin import ReadOnlyAdmin
from dataops.web.htmx import PageRequest
from models_registry import services
from models_registry.admin.common import ReasonForm, tell
from models_registry.enums import Alias
from models_registry.forms import VersionForm
from models_registry.models import AllowedType, DeployRun, ModelVersion
from models_registry.selectors import aliases_of

Chosen = QuerySet[ModelVersion]


def _giving(alias: Alias) -> Callable[[Any, Any, Chosen], None]:
    """The action that makes versions the ``alias``."""

    @admin.action(description=f"Make {alias}", permissions=["promote"])
    def make(model_admin: Any, request: PageRequest, queryset: Chosen) -> None:
        asked: dict[str, Any] = {"reason": request.POST.get("reason", ""), "by": request.user}
        for version in queryset.select_related("model"):

            def promote(version: ModelVersion = version) -> None:
                services.promote_version(version=version, alias=alias, **asked)

            tell(model_admin, request, promote, f"{version} is the {alias} now.")

    make.__name__ = f"make_{alias}"
    return make


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "format", "artifact_bytes", "created_by", "created_at"]
    list_filter = ["state", "format", "model__task", "created_at"]
    search_fields = ["model__name", "artifact_sha256", "notes"]
    list_select_related = ["model", "created_by"]
    exclude = ["reference_profile"]
    action_form = ReasonForm
    actions = [*map(_giving, Alias), "withdraw_aliases"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.deploy_model")

    def get_fieldsets(self, request: HttpRequest, obj: ModelVersion | None = None) -> Any:
        return (
            super().get_fieldsets(request, obj) if obj else [(None, {"fields": [*VersionForm.base_fields]})]
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **options) if obj else VersionForm

    def save_model(self, request: PageRequest, obj: ModelVersion, form: Any, change: bool) -> None:  # type: ignore[override]
        asked = form.asked()

        def deploy() -> None:
            service = services.deploy_model if "template" in asked else services.deploy_artifact
            obj.pk = service(by=request.user, **asked).version_id

        tell(self, request, deploy, "The version is queued: it is made or tried, then it is ready.")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return redirect(f"admin:models_registry_modelversion_{'changelist' if obj.pk else 'add'}")

    def log_addition(self, request: HttpRequest, obj: ModelVersion, message: Any) -> None:  # type: ignore[override]
        """The audit log has it."""

    def get_queryset(self, request: HttpRequest) -> Chosen:
        return super().get_queryset(request).defer("reference_profile")

    def has_promote_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("models_registry.promote_version")

    @admin.action(description="Take challenger and shadow away", permissions=["promote"])
    def withdraw_aliases(self, request: PageRequest, queryset: Chosen) -> None:
        asked: dict[str, Any] = {"reason": request.POST.get("reason", ""), "by": request.user}
        for version in queryset.select_related("model"):
            for alias, holder in aliases_of(version.model).items():
                if holder != version or alias == Alias.CHAMPION:
                    continue

                def withdraw(version: ModelVersion = version, alias: str = alias) -> None:
                    services.withdraw_alias(model=version.model, alias=alias, **asked)

                tell(self, request, withdraw, f"{version} is the {alias} no more.")


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

        tell(self, request, add, f"Artifacts may name {obj.name} now.")

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
