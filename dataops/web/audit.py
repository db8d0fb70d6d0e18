"""The audit log: appended to, never changed, and chained so that a change shows.

``record`` is called by every service that changes something for somebody. After the commit the new
entries are sealed: each gets the next position and a digest over itself and the digest before it, keyed
with the secret key. Who can write to the database but has no key cannot change, slip in or take out an
entry without ``verify`` naming the place.
"""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction
from structlog.contextvars import get_contextvars

from dataops.web.logs import masked
from dataops.web.models import AuditEvent, AuditHead


def record(
    action: str, *, by: Any, target: models.Model | None = None, changes: dict[str, Any] | None = None
) -> None:
    """Append who (``by``; None is the system) did ``action`` ("source.created") to ``target``."""
    actor = by if by is not None and by.is_authenticated else None
    AuditEvent.objects.create(
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        address=get_contextvars().get("ip") or "",
        action=action,
        target_type=target._meta.model_name or "" if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_name=str(target)[:200] if target is not None else "",
        changes={key: masked(key, value) for key, value in (changes or {}).items()},
    )
    transaction.on_commit(seal, robust=True)


@transaction.atomic
def seal() -> None:
    """Chain what was appended since; the lock on the head lets one process do it at a time."""
    head, _created = AuditHead.objects.select_for_update().get_or_create(pk=AuditHead.ONLY)
    for event in AuditEvent.objects.filter(position=None).order_by("pk"):
        head.position += 1
        head.digest = digest_of(event, head.position, head.digest)
        AuditEvent.objects.filter(pk=event.pk).update(position=head.position, digest=head.digest)
    head.save()


def digest_of(event: AuditEvent, position: int, before: str) -> str:
    told = [position, before, event.at.isoformat(), event.actor_name, event.address, event.action]
    told += [event.target_type, event.target_id, event.target_name, event.changes]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hmac.new(f"audit {settings.SECRET_KEY}".encode(), text.encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the log is not what was appended; ``day`` is empty where none is left to tell it."""

    position: int
    day: date | None
    fault: str


def verify() -> Iterator[Break]:
    """Every place where entries were changed or taken out; reads the whole log once, in order."""
    position, before = 0, ""
    sealed = AuditEvent.objects.filter(position__gt=0).order_by("position")
    for event in sealed.iterator():
        here, day = event.position or 0, event.at.date()
        if here != position + 1:
            yield Break(position + 1, day, f"{here - position - 1} taken out")
        elif event.digest != digest_of(event, here, before):
            yield Break(here, day, "changed")
        position, before = here, event.digest
    head = AuditHead.objects.filter(pk=AuditHead.ONLY).first() or AuditHead()
    if (head.position, head.digest) != (position, before):
        yield Break(position + 1, None, f"{head.position - position} taken out at the end")
