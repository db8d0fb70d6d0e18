"""System checks with stable ids: what an operator should know before users do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@register()
def mail_server(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.EMAIL_URL:
        return []
    return [
        Warning(
            "Alert e-mails are only printed to the console.",
            hint="Name an SMTP server: EMAIL_URL=smtp://user:password@host:587.",
            id="dataops.W001",
        )
    ]


@register(deploy=True)
def reachable_hosts(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS:
        return []
    return [
        Warning(
            "The product answers on this machine only.",
            hint="List the public host names: ALLOWED_HOSTS=dataops.example.com.",
            id="dataops.W002",
        )
    ]
