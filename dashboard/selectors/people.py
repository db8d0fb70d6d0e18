"""Users, their roles, and what they did."""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dataops.web.accounts import ROLES
from dataops.web.models import ApiToken, AuditEvent


def people() -> QuerySet[Any]:
    """Everybody with roles and the number of usable tokens, by name; two queries."""
    usable = ApiToken.objects.usable().values("pk")
    rows = get_user_model()._default_manager.prefetch_related("groups")
    return rows.annotate(tokens=Count("api_tokens", filter=Q(api_tokens__in=usable))).order_by("username")


def role_of(person: Any) -> str:
    """The highest role of a person; empty when there is none."""
    names = {group.name for group in person.groups.all()}
    return next((role for role in reversed(ROLES) if role in names), "")


def teams_of(person: Any) -> list[str]:
    """Names of the groups of a person that are no roles."""
    return sorted(group.name for group in person.groups.all() if group.name not in ROLES)


def active_admins() -> QuerySet[Any]:
    return get_user_model()._default_manager.filter(is_superuser=True, is_active=True)


def tokens_of(person: Any) -> QuerySet[ApiToken]:
    """Newest first, revoked and expired ones too; one query."""
    return ApiToken.objects.filter(user=person)


def sessions_of(person: Any) -> list[UserSession]:
    """Where somebody is signed in, newest first; what ended by itself is not there. One query."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return list(UserSession.objects.filter(user=person, session_key__in=alive).order_by("-created_at"))


def audit_events(
    *, action: str = "", actor: str = "", target: str = "", since: datetime | None = None
) -> QuerySet[AuditEvent]:
    """The audit log, newest first; ``action`` may be an area such as "token"."""
    events = AuditEvent.objects.all()
    if action:
        events = events.filter(Q(action=action) | Q(action__startswith=f"{action}."))
    if actor:
        events = events.filter(actor_name__icontains=actor)
    if target:
        events = events.filter(target_name__icontains=target)
    return events.filter(at__gte=since) if since else events


def audited_areas() -> list[str]:
    """ "alert", "source", "token" ...: the first words of all actions; one query."""
    actions = AuditEvent.objects.order_by().values_list("action", flat=True).distinct()
    return sorted({action.partition(".")[0] for action in actions})
