"""Somebody asks to be forgotten: their values go from every room that keeps rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from dataops.web import audit
from dataops.web.words import lazy as _
from models_registry import services as models
from quality import services as quality

LEAST_LENGTH = 3


class TooShort(ValueError):  # noqa: N818 - reads as what is wrong
    """A value that would be found in rows of everybody."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows, rejects and quoted values of checks went, and how many predictions."""

    kept_rows: int
    predictions: int


def erase_person(values: Collection[str], *, by: Any) -> Erased:
    """Erase what is kept of rows in which one of these values (an address, a number, a name) is a cell.

    The audit log keeps how many values there were and how much went, not the values. Files and profiles
    are not changed. Raises TooShort.
    """
    values = sorted({value.strip() for value in values})
    if not values or min(map(len, values)) < LEAST_LENGTH:
        raise TooShort(_("Give values of at least %(least)s characters each.") % {"least": LEAST_LENGTH})
    erased = Erased(quality.erase_values(values), models.erase_values(values))
    told = {"values": len(values), "kept_rows": erased.kept_rows, "predictions": erased.predictions}
    audit.record("person.erased", by=by, changes=told)
    return erased
