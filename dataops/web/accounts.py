"""Roles as groups with permissions, and how failed sign-ins are slowed down."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

VIEWER = frozenset(
    f"{app}.view_{model}"
    for app, models in {
        "quality": ("datasource", "snapshot", "schedule", "check", "checkrun", "checkresult", "failingrows"),
        "models_registry": (
            "model",
            "modelversion",
            "allowedtype",
            "violationcount",
            "ingestrun",
            "correction",
            "scoringrun",
            "shadowanswer",
            "driftrun",
            "driftbacktest",
            "modelperformance",
            "prediction",
            "watch",
        ),
        "alerts": ("alert", "channel", "route", "silence", "policy", "notification", "messagetemplate"),
    }.items()
    for model in models
)
EDITOR = VIEWER | {
    "quality.add_datasource",
    "quality.change_datasource",
    "quality.change_check",
    "quality.upload_data",
    "quality.run_checks",
    "models_registry.change_model",
    "models_registry.deploy_model",
    "models_registry.predict",
    "models_registry.check_drift",
    "models_registry.change_watch",
}
OPERATOR = EDITOR | {
    "alerts.handle_alert",
    "alerts.change_channel",
    "alerts.change_route",
    "alerts.change_silence",
    "alerts.change_policy",
    "alerts.change_messagetemplate",
    "models_registry.promote_version",
}
ADMIN = OPERATOR | {
    "alerts.delete_savedview",
    "quality.delete_datasource",
    "quality.unmask_failing_rows",
    "models_registry.change_allowedtype",
    "web.change_globalsetting",
    "web.view_auditevent",
}

ROLES: dict[str, frozenset[str]] = {"viewer": VIEWER, "editor": EDITOR, "operator": OPERATOR, "admin": ADMIN}
"""Each role may do all that the one before it may."""

COOL_OFF_TIERS = ((20, timedelta(hours=24)), (10, timedelta(hours=1)), (0, timedelta(minutes=5)))


def sync_roles(*, sender: AppConfig, **_: Any) -> None:
    """Make the groups match ROLES; runs after every migrate, once the last app has its permissions."""
    if sender is not list(apps.get_app_configs())[-1]:
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in names if name in known])


def cool_off(request: HttpRequest | None) -> timedelta:
    """How long a user name from one address has to wait: longer the more failures, never for ever."""
    if request is None:
        return COOL_OFF_TIERS[-1][1]
    from axes.helpers import get_client_ip_address

    attempts = AccessAttempt.objects.filter(
        ip_address=get_client_ip_address(request),
        username=getattr(request, "tried_username", "") or request.POST.get("username", ""),
    )
    failures = attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
    return next(wait for least, wait in COOL_OFF_TIERS if failures >= least)


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """429 with Retry-After, as a page or as a problem, for a sign-in that has to wait."""
    wait = cool_off(request)
    seconds = int(wait.total_seconds())
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {"type": "about:blank", "title": "Too many failed sign-ins", "status": 429,
             "detail": f"Wait {seconds} s, then try again.", "errors": []},
            status=429,
            content_type="application/problem+json",
        )  # fmt: skip
    else:
        response = render(request, "429.html", {"retry_after_seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response
