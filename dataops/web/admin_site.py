"""The admin: whatever changes something there asks once more who it is, and is in the audit log.

What our rooms do is told by their services. Tables of installed packages have none: what is done to
those is told here, with what it was before.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect

from dataops.web import audit
from dataops.web.confirming import identity_proven_to_change

LOOKED_AT = {
    "mfa.authenticator": ("data",),
    "socialaccount.socialaccount": ("extra_data",),
    "socialaccount.socialapp": ("secret", "key", "settings"),
    "socialaccount.socialtoken": ("token", "token_secret"),
    "usersessions.usersession": ("session_key", "data"),
}
"""Tables that only their own doors may write, and what of them is shown to nobody."""


class Told(ModelAdmin):
    """Whose changes the audit log tells, as far as no service of ours does."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        request.admin_changes = {  # type: ignore[attr-defined]
            name: [_shown(form.initial.get(name)), _shown(form.cleaned_data.get(name))]
            for name in form.changed_data
        }
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._tell_of_form("admin.added", request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._tell_of_form("admin.changed", request, obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        if type(self).delete_model is ModelAdmin.delete_model:
            for obj in queryset:
                audit.record("admin.deleted", by=request.user, target=obj)
        return super().log_deletions(request, queryset)

    def response_action(self, request: HttpRequest, *chosen: Any, **named: Any) -> Any:
        """No action ends in silence: what says nothing of its own is said to be done."""
        said = len(messages.get_messages(request))
        answer = super().response_action(request, *chosen, **named)
        if isinstance(answer, HttpResponseRedirect) and len(messages.get_messages(request)) == said:
            labels = dict(self.get_action_choices(request))
            self.message_user(request, f"{labels[request.POST['action']]}: done.")
        return answer

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What hangs on a thing goes with it, histories included that nobody may delete by themselves."""
        going, counted, _not_deletable, protected = super().get_deleted_objects(objs, request)
        return going, counted, set(), protected

    def _tell_of_form(self, action: str, request: HttpRequest, obj: Model) -> None:
        if type(self).save_model is ModelAdmin.save_model:
            audit.record(action, by=request.user, target=obj, changes=getattr(request, "admin_changes", {}))


class LookedAt(Told):
    """May be removed here, as a lost second factor has to be, but not written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Site(AdminSite):
    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any
    ) -> None:
        kind: type[ModelAdmin] = admin_class or ModelAdmin
        single = isinstance(model_or_iterable, type)
        models: Iterable[type[Model]] = [model_or_iterable] if single else model_or_iterable
        for model in models:
            hidden = LOOKED_AT.get(model._meta.label_lower)
            base, own = (Told, {}) if hidden is None else (LookedAt, {"exclude": hidden})
            made = type(kind.__name__, (base, kind), own | {"__module__": kind.__module__})
            super().register(model, made, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return identity_proven_to_change(super().admin_view(view, cacheable))


def _shown(value: Any) -> str:
    many = isinstance(value, Iterable) and not isinstance(value, str | dict)
    return ", ".join(map(str, value)) if many else str(value)
