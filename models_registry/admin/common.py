"""What the actions of the models room share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest

from dataops.engine.errors import InspectionError


class ReasonForm(ActionForm):
    """An action with the reason that it is kept with; the service asks for it where one is needed."""

    reason = forms.CharField(max_length=500, required=False)


def tell(model_admin: admin.ModelAdmin, request: HttpRequest, action: Callable[[], Any], done: str) -> bool:
    """Do one thing and say how it went; False when it was refused."""
    try:
        action()
    except InspectionError as refused:
        model_admin.message_user(request, str(refused), messages.WARNING)
        return False
    model_admin.message_user(request, done)
    return True
