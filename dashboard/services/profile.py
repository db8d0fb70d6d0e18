"""What people change about themselves."""

from typing import Any

from django.db import transaction

from dataops.web import audit
from dataops.web.locale import locale_of
from dataops.web.models import Locale


@transaction.atomic
def change_profile(person: Any, **fields: Any) -> None:
    """Name and e-mail address."""
    changes = {name: [getattr(person, name), value] for name, value in fields.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))
    audit.record("user.profile_changed", by=person, target=person, changes=changes)


@transaction.atomic
def change_locale(person: Any, **fields: str) -> None:
    """Language and time zone; empty is what the browser asks for, and UTC."""
    before = locale_of(person)
    changes = {name: [getattr(before, name), value] for name, value in fields.items()}
    Locale.objects.update_or_create(person=person, defaults=fields)
    audit.record("user.profile_changed", by=person, target=person, changes=changes)


@transaction.atomic
def change_password(person: Any, *, password: str) -> None:
    """A new password; every session but the caller's own ends, tokens stay."""
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record("user.password_set", by=person, target=person)
