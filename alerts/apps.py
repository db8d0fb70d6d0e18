"""The alerts app."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = "Alerts"

    def ready(self) -> None:
        from alerts.selectors import looks
        from dataops.web import health, metrics

        health.LOOKS["outbox"] = looks.outbox
        health.LOOKS["deliveries"] = looks.deliveries
        metrics.SOURCES.append(looks.metrics)
        post_migrate.connect(_make_defaults, sender=self, dispatch_uid="alerts.make_defaults")


def _make_defaults(*, using: str, **_: Any) -> None:
    """A fresh install can tell somebody from the start."""
    from alerts.services import ensure_defaults

    # After migrating back to nothing there is no table to fill.
    if "alerts_channel" in connections[using].introspection.table_names():
        ensure_defaults()
