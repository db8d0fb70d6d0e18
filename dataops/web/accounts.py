"""Roles as groups with permissions."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission

VIEWER = frozenset(
    f"{app}.view_{model}"
    for app, models in {
        "quality": ("datasource", "snapshot", "schedule", "check", "checkrun", "checkresult", "failingrows"),
        "models_registry": (
            "model",
            "modelversion",
            "allowedtype",
            "violationcount",
            "requestcount",
            "ingestrun",
            "correction",
            "scoringrun",
            "shadowanswer",
            "driftrun",
            "driftbacktest",
            "modelperformance",
            "prediction",
            "predictionbatch",
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


def sync_roles(*, sender: AppConfig, **_signal: Any) -> None:
    """Make the groups match ROLES; runs after every migrate, once the last app has its permissions."""
    *_before, last = (config for config in apps.get_app_configs() if config.models_module)
    if sender is not last:  # Django tells of those with models only
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in names if name in known])
