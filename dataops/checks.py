"""System checks with stable ids: what an operator should know before users do."""

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from dataops.web.accounts import ROLES
from dataops.web.vault import LEAST_KEY_LENGTH

LEAST_SECRET_KEY_LENGTH, LEAST_VARIETY = 50, 5
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


@register()
def secrets_keys(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if all(len(key) >= LEAST_KEY_LENGTH for key in settings.SECRETS_KEYS):
        return []
    return [
        Error(
            f"A key of DATAOPS_SECRETS_KEYS has less than {LEAST_KEY_LENGTH} characters.",
            hint='Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"',
            id="dataops.E001",
        )
    ]


@register()
def outbound_networks(app_configs: Any, **_: Any) -> list[CheckMessage]:
    wrong = [net for net in settings.OUTBOUND_ALLOW if not _is_network(net)]
    if not wrong:
        return []
    return [
        Error(
            f"DATAOPS_OUTBOUND_ALLOW: {', '.join(wrong)} is no network.",
            hint="Give networks such as 10.0.0.0/8 or single addresses.",
            id="dataops.E002",
        )
    ]


@register()
def second_factor_roles(app_configs: Any, **_: Any) -> list[CheckMessage]:
    unknown = [role for role in settings.SECOND_FACTOR_ROLES if role not in ROLES]
    if not unknown:
        return []
    hint = f"Roles are {', '.join(ROLES)}."
    message = f"DATAOPS_SECOND_FACTOR_ROLES: {', '.join(unknown)} is no role."
    return [Error(message, hint=hint, id="dataops.E006")]


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


@register()
def unsafe_in_public(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """What must not be where others reach the product: with an Error nothing starts."""
    if not settings.DATAOPS_HTTPS:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error("DATAOPS_DEBUG shows what is inside to everybody.", hint="Unset it.", id="dataops.E003")
        )
    if len(settings.SECRET_KEY) < LEAST_SECRET_KEY_LENGTH or len(set(settings.SECRET_KEY)) < LEAST_VARIETY:
        hint = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
        found.append(Error("SECRET_KEY can be guessed.", hint=hint, id="dataops.E004"))
    if "*" in settings.ALLOWED_HOSTS:
        hint = "List the public host names: ALLOWED_HOSTS=dataops.example.com."
        found.append(Error("ALLOWED_HOSTS lets every name in.", hint=hint, id="dataops.E005"))
    return found


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
