"""The kernel app: what every room of the product needs from Django."""

from django.apps import AppConfig
from django.contrib.admin import apps
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save


class AdminConfig(apps.AdminConfig):
    """The site of ``dataops.web.admin_site`` in place of Django's own."""

    default_site = "dataops.web.admin_site.Site"


class WebConfig(AppConfig):
    name = "dataops.web"
    label = "web"
    verbose_name = "Users and system"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
        from django.contrib.auth.models import Group, User
        from django.contrib.auth.signals import user_logged_in, user_login_failed
        from django_structlog.signals import bind_extra_request_metadata

        from dataops.web import append_only, confirming, sessions, sight, sign_in, throttle, tokens
        from dataops.web.accounts import sync_roles

        post_migrate.connect(sync_roles, dispatch_uid="web.sync_roles")
        post_migrate.connect(append_only.install, sender=self, dispatch_uid="web.append_only")
        bind_extra_request_metadata.connect(throttle.bind_address, dispatch_uid="web.address")
        user_login_failed.connect(throttle.on_failure, dispatch_uid="web.sign_in_failed")
        user_logged_in.connect(throttle.on_sign_in, dispatch_uid="web.signed_in")
        user_logged_in.connect(sessions.begin, dispatch_uid="web.session_began")
        for proof in (user_logged_in, authentication_step_completed):
            proof.connect(confirming.remember, dispatch_uid="web.identity_proven")
        for change in (authenticator_added, authenticator_removed, authenticator_reset):
            change.connect(sign_in.record_change, dispatch_uid="web.second_factor")
        for rights in (User.groups.through, User.user_permissions.through, Group.permissions.through):
            m2m_changed.connect(tokens.forget, sender=rights, dispatch_uid=f"web.forget.{rights.__name__}")
        for kind in sight.kinds():
            post_save.connect(tokens.forget, sender=kind, dispatch_uid=f"web.forget.{kind.subject_type}")
        for signal in (post_save, post_delete):
            signal.connect(tokens.forget, sender=User, dispatch_uid="web.forget.user")
            signal.connect(tokens.forget, sender=Group, dispatch_uid="web.forget.group")
