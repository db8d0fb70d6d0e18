"""The audit log: one call in every service that changes something for somebody."""

from typing import Any

from django.db import models

from dataops.web.logs import MASK, is_secret
from dataops.web.models import AuditEvent


def record(
    action: str, *, by: Any, target: models.Model | None = None, changes: dict[str, Any] | None = None
) -> None:
    """Append who (``by``; None is the system) did ``action`` ("source.created") to ``target``."""
    actor = by if by is not None and by.is_authenticated else None
    AuditEvent.objects.create(
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        action=action,
        target_type=target._meta.model_name or "" if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_name=str(target)[:200] if target is not None else "",
        changes={key: MASK if is_secret(key) else value for key, value in (changes or {}).items()},
    )
