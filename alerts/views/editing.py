"""One way of setting things up: a form that a service saves, and a button that deletes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from alerts.forms.setting_up import SetUpForm


def edit(
    request: HttpRequest, form: SetUpForm, *, noun: str, save: Callable[..., Any], done: str, **context: Any
) -> HttpResponse:
    """The form, or what it holds saved and the list again; what the service refuses stands above the form.

    ``done`` tells what was saved, with ``{}`` in the place of its name.
    """
    if form.is_valid():
        try:
            saved = save(**form.values, by=request.user)
        except ValidationError as error:
            _add(form, error)
            if form.instance is not None:
                form.instance.refresh_from_db()
        else:
            messages.success(request, done.format(saved))
            return redirect(f"alerts:{noun}_list")
    status = 422 if form.errors else 200
    return render(request, f"alerts/{noun}_form.html", {"form": form} | context, status=status)


def delete(
    request: HttpRequest, thing: Model, *, noun: str, service: Callable[..., None], done: str
) -> HttpResponse:
    told = done.format(thing)
    service(thing, by=request.user)
    messages.success(request, told)
    return redirect(f"alerts:{noun}_list")


def _add(form: SetUpForm, error: ValidationError) -> None:
    """Beside the field it is about, where the form has one."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, faults in told.items():
        field = name.removeprefix("config.")
        form.add_error(field if field in form.fields else None, faults)
