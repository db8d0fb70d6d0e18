"""Who changed each of a list of things last, and when: the audit log knows."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Max, Model

from dataops.web.models import AuditEvent

Thing = TypeVar("Thing", bound=Model)


def with_last_change(things: Iterable[Thing], *, area: str) -> list[Thing]:
    """The same things, each with the newest entry about it as ``last_change``; one query.

    ``area`` is the first word of the actions that change them, such as "route". Where nothing is recorded it
    is None, as for what an installation begins with.
    """
    rows = list(things)
    about = AuditEvent.objects.filter(
        target_type__in={row._meta.model_name for row in rows},
        target_id__in=[str(row.pk) for row in rows],
        action__startswith=f"{area}.",
    )
    newest = about.order_by().values("target_id").annotate(newest=Max("pk")).values("newest")
    found = {event.target_id: event for event in AuditEvent.objects.filter(pk__in=newest)}
    for row in rows:
        row.last_change = found.get(str(row.pk))  # type: ignore[attr-defined]  # for templates
    return rows
