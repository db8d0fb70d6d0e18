"""One action on all rows of a list that are ticked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from dataops.web.words import lazy as _

MOST_TICKED = 500


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with each ticked row, for whoever has the ``permission``.

    ``do(row, by=person)`` raises one of ``refusals`` where it cannot, which leaves the others alone.
    ``done`` says it for all, with ``{}`` in the place of how many.
    """

    key: str
    label: str
    icon: str
    permission: str
    done: str
    do: Callable[..., object]
    refusals: tuple[type[Exception], ...] = ()


def offered(actions: Sequence[Action], person: Any) -> list[Action]:
    return [action for action in actions if person.has_perm(action.permission)]


def act_on_ticked(request: HttpRequest, actions: Sequence[Action], rows: QuerySet[Any]) -> None:
    """Do what the form asks for and say what became of it; only ``rows`` can be ticked."""
    action = next((one for one in actions if one.key == request.POST.get("action")), None)
    keys = [key for key in request.POST.getlist("tick") if key.isdecimal() and len(key) < 19]
    ticked = list(rows.filter(pk__in=keys[:MOST_TICKED]))
    if action is None or not ticked:
        messages.error(request, _("Nothing was done: tick at least one row first."))
        return
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    refused = _refusals(action, ticked, request.user)
    if done := len(ticked) - len(refused):
        messages.success(request, action.done.format(done))
    if refused:
        left = ngettext("%(count)d is left as it is:", "%(count)d are left as they are:", len(refused))
        messages.warning(request, f"{left % {'count': len(refused)}} {refused[0]}")


def _refusals(action: Action, ticked: Sequence[Any], person: Any) -> list[str]:
    refused = []
    for row in ticked:
        try:
            action.do(row, by=person)
        except action.refusals as refusal:
            refused.append(str(refusal))
    return refused
