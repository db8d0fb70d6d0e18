"""Teams: people who answer for things together. A team is a group that is no role."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import ProtectedError, QuerySet

from dataops.web.accounts import ROLES


def teams() -> QuerySet[Group]:
    """Every team, by name."""
    return Group.objects.exclude(name__in=ROLES).order_by("name")


def teams_of(username: str) -> list[str]:
    """Names of the teams of a person; none for a name that nobody has. One query."""
    mine = teams().filter(user__username=username) if username else ()
    return [team.name for team in mine]


def members_of(names: Iterable[str]) -> QuerySet[Any]:
    """Active people in any of these teams, each once."""
    people = get_user_model()._default_manager.filter(is_active=True)
    return people.filter(groups__in=teams().filter(name__in=list(names))).distinct().order_by("pk")


def set_teams(person: Any, names: Iterable[str]) -> None:
    """Exactly these; a team begins with its first member, and ends with its last if nothing hangs on it."""
    wanted = [Group.objects.get_or_create(name=name)[0] for name in names if name not in ROLES]
    left = list(person.groups.exclude(name__in=ROLES).exclude(pk__in=[team.pk for team in wanted]))
    person.groups.remove(*left)
    person.groups.add(*wanted)
    idle = teams().filter(pk__in=[team.pk for team in left], user=None, permissions=None)
    for team in idle:
        with suppress(ProtectedError):  # something is kept to it still
            team.delete()
