"""The kernel app: what every room of the product needs from Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WebConfig(AppConfig):
    name = "dataops.web"
    label = "web"
    verbose_name = "Users and system"

    def ready(self) -> None:
        from dataops.web.accounts import sync_roles

        post_migrate.connect(sync_roles, dispatch_uid="web.sync_roles")
