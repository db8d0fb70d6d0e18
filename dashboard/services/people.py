"""Who may come in, and what they may do."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from dashboard.selectors.people import active_admins, role_of
from dataops.web import audit
from dataops.web.accounts import ROLES
from dataops.web.teams import set_teams, teams_of
from dataops.web.words import lazy as _

ADMIN = "admin"


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The change would lock people out; the message says why."""


@transaction.atomic
def invite_user(*, role: str, by: Any, **fields: Any) -> User:
    """A new account without a password; it opens with a link of ``password_link``."""
    person = get_user_model().objects.create_user(password=None, **fields)
    _take_role(person, role)
    audit.record("user.invited", by=by, target=person, changes={"role": role})
    return person


@transaction.atomic
def change_access(person: User, *, role: str, is_active: bool, by: Any) -> None:
    """Give a role, let in or shut out. Raises Refused for oneself and for the last administrator."""
    if person.pk == by.pk:
        raise Refused(_("You cannot change your own access; ask another administrator."))
    before = {"role": role_of(person), "active": person.is_active}
    after = {"role": role, "active": is_active}
    if before == after:
        return
    loses_admin = role != ADMIN or not is_active
    if loses_admin and not active_admins().exclude(pk=person.pk).exists():
        raise Refused(_("This is the last administrator; make another one first."))
    person.is_active = is_active
    _take_role(person, role)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    audit.record("user.access_changed", by=by, target=person, changes=changes)


@transaction.atomic
def change_teams(person: User, *, teams: list[str], by: Any) -> None:
    """The teams of a person are these; a name nobody had begins a team."""
    before = teams_of(person.get_username())
    set_teams(person, teams)
    after = teams_of(person.get_username())
    if before != after:
        audit.record("user.teams_changed", by=by, target=person, changes={"teams": [before, after]})


def _take_role(person: User, role: str) -> None:
    """Administrators may also do what no role names: the admin pages need it."""
    person.is_staff = person.is_superuser = role == ADMIN
    person.save()
    person.groups.remove(*Group.objects.filter(name__in=ROLES))
    person.groups.add(Group.objects.get(name=role))


def password_link(person: User, *, by: Any) -> str:
    """The path of a page where the person sets a password: works once, and for a few days."""
    audit.record("user.link_made", by=by, target=person)
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    # In the query, not in the path: access logs keep paths.
    query = urlencode({"uid": uid, "token": default_token_generator.make_token(person)})
    return f"{reverse('settings:open_password_link')}?{query}"
