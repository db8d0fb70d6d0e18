"""The kernel app: what every room of the product needs from Django."""

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save


class WebConfig(AppConfig):
    name = "dataops.web"
    label = "web"
    verbose_name = "Users and system"

    def ready(self) -> None:
        from django.contrib.auth.models import Group, User

        from dataops.web import tokens
        from dataops.web.accounts import sync_roles

        post_migrate.connect(sync_roles, dispatch_uid="web.sync_roles")
        for rights in (User.groups.through, User.user_permissions.through, Group.permissions.through):
            m2m_changed.connect(tokens.forget, sender=rights, dispatch_uid=f"web.forget.{rights.__name__}")
        for signal in (post_save, post_delete):
            signal.connect(tokens.forget, sender=User, dispatch_uid="web.forget.user")
            signal.connect(tokens.forget, sender=Group, dispatch_uid="web.forget.group")
