"""What the lists of all rooms do alike: sort by a column, narrow to an owner or a tag, keep the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest

from dataops.web.words import lazy as _


def in_order(rows: QuerySet[Any], columns: Mapping[str, str], asked: str) -> QuerySet[Any]:
    """Sorted by the column that is asked for; "-score" is the other way round, anything unknown by the first.

    ``columns`` names the field of each. Rows without a value come last either way.
    """
    name = asked.removeprefix("-")
    path = F(columns[name] if name in columns else next(iter(columns.values())))
    falls = asked.startswith("-") and name in columns
    return rows.order_by(path.desc(nulls_last=True) if falls else path.asc(nulls_last=True), "pk")


def belonging(rows: QuerySet[Any], *, owner: str = "", tag: str = "") -> QuerySet[Any]:
    """Those of an owner and with a tag, where these are given; one more query with a tag."""
    if owner:
        rows = rows.filter(owner__username=owner)
    if tag:
        rows = rows.filter(pk__in=[pk for pk, tags in _tags(rows) if tag in tags])
    return rows


def _tags(rows: QuerySet[Any]) -> QuerySet[Any]:
    # Compared outside, as databases write lists and letters in different ways.
    return rows.order_by().exclude(tags=[]).values_list("pk", "tags")


@dataclass(frozen=True, slots=True)
class Choice:
    """A select beside the search: ``options`` are values with their labels, ``chosen`` is empty for all."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


def owners(rows: QuerySet[Any], chosen: str) -> Choice:
    """User names of those who own one of them; one query."""
    owned = rows.exclude(owner=None).order_by("owner__username")
    names = owned.values_list("owner__username", flat=True).distinct()
    return Choice("owner", _("Any owner"), [(name, name) for name in names], chosen)


def tags(rows: QuerySet[Any], chosen: str) -> Choice:
    """All tags given to them; one query."""
    names = sorted({tag for _pk, given in _tags(rows) for tag in given})
    return Choice("tag", _("Any tag"), [(name, name) for name in names], chosen)


def asked_of(request: HttpRequest, names: Sequence[str]) -> dict[str, str]:
    """These parameters of the address, empty where they are not given."""
    # No database of ours takes a NUL, and nothing is called by one.
    return {name: request.GET.get(name, "").replace("\0", "") for name in names}


def toggled(request: HttpRequest, name: str, value: str) -> str:
    """The address with this choice, or without it where it is made."""
    query = request.GET.copy()
    query.pop("page", None)
    query[name] = "" if query.get(name) == value else value
    return f"?{query.urlencode()}"
