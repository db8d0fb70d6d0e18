"""What the actions of the models room share."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from dataops.engine.errors import InspectionError
from dataops.web.admin import ReadOnlyAdmin


class ReasonForm(ActionForm):
    """An action with the reason that it is kept with; the service asks for it where one is needed."""

    reason = forms.CharField(max_length=500, required=False)


class StoppableAdmin(ReadOnlyAdmin):
    """Jobs that ``cancel`` stops, for whoever has ``cancel_permission``."""

    actions = ["cancel_runs"]
    cancel_permission: ClassVar[str]
    cancel: ClassVar[staticmethod]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.cancel_permission)

    @admin.action(description="Cancel", permissions=["cancel"])
    def cancel_runs(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        found = list(queryset)
        changed = sum(self.cancel(run=run, by=request.user) for run in found)
        self.message_user(request, f"Cancelled: {changed}. Over already: {len(found) - changed}.")


def tell(model_admin: admin.ModelAdmin, request: HttpRequest, action: Callable[[], Any], done: str) -> bool:
    """Do one thing and say how it went; False when it was refused."""
    try:
        action()
    except InspectionError as refused:
        model_admin.message_user(request, str(refused), messages.WARNING)
        return False
    model_admin.message_user(request, done)
    return True
