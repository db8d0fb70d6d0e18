"""Views of lists that people keep: of alerts, and of what other rooms list."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction

from alerts.models import SavedView
from dataops.web import audit
from dataops.web.words import lazy as _

MOST_VIEWS, MOST_LETTERS = 50, 200
ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list that views are kept of: the route of its page, and what may stand in a query of it.

    ``clean`` gives the query to keep, or raises ValidationError.
    """

    route: str
    clean: Callable[[str], str]


LISTS: dict[str, KeptList] = {}
"""By area; each room enters its own when it starts."""


def enter(area: str, route: str, names: Collection[str]) -> None:
    """A list of another room, whose query may hold these names."""
    LISTS[area] = KeptList(route, partial(choices_of, names=names))


def choices_of(query: str, names: Collection[str]) -> str:
    """The choices of a query string that have one of these names; ValidationError for others and for none."""
    given = {name: value for name, value in parse_qsl(query.lstrip("?")) if name != "page"}
    if unknown := sorted(set(given) - set(names)):
        raise ValidationError(
            _("No filter %(unknown)s; known: %(known)s.")
            % {"unknown": f"{unknown[0][:80]!r}", "known": ", ".join(names)}
        )
    for name, value in given.items():
        if len(value) > MOST_LETTERS:
            raise ValidationError(
                _("%(name)s: at most %(most)s characters.") % {"name": name, "most": MOST_LETTERS}
            )
    if not given:
        raise ValidationError(_("Narrow the list first: a view without filters is the list itself."))
    return urlencode(given)


@transaction.atomic
def save_view(*, name: str, query: str, by: Any, shared: bool = False, area: str = ALERTS) -> SavedView:
    """Keep filters of a list under a name; the same name again changes that view.

    ``query`` must have been cleaned by the list. ValidationError with the field.
    """
    if not name.strip():
        raise ValidationError({"name": _("Give the view a name.")})
    mine = SavedView.objects.filter(owner=by, area=area)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise ValidationError(
            _("%(most)s views are the most one person may keep. Delete one first.") % {"most": MOST_VIEWS}
        )
    view = mine.filter(name=name).first() or SavedView(owner=by, area=area, name=name)
    view.query, view.shared = query, shared
    view.full_clean()
    view.save()
    audit.record("alert_view.saved", by=by, target=view, changes={"query": query, "shared": shared})
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Any) -> None:
    audit.record("alert_view.deleted", by=by, target=view, changes={"query": view.query})
    view.delete()
