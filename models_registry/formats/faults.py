"""Wrong values in a request of many rows, each with its place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dataops.engine.errors import InspectionError

MAX_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong value. ``loc`` is its path in the request: ("instances", 3, "dep_delay")."""

    loc: tuple[str | int, ...]
    message: str
    code: str

    @property
    def row(self) -> int:
        return next((part for part in self.loc if isinstance(part, int)), -1)

    def __str__(self) -> str:
        at = "".join(f"[{part}]" if isinstance(part, int) else part for part in self.loc[:2])
        return f"{at}: {self.message}"


class InvalidRows(InspectionError):  # noqa: N818 - the name is the message
    """The request breaks the model's signature; ``faults`` are the first 20 by row."""

    default_code = "invalid_rows"

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = sorted(faults, key=lambda fault: fault.row)
        rest = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        super().__init__(f"{found[0]}{rest}", location=".".join(str(part) for part in found[0].loc))
        self.faults = tuple(found[:MAX_FAULTS])


def refuse(faults: Iterable[Fault]) -> None:
    """Raises InvalidRows when there is any fault."""
    if found := list(faults):
        raise InvalidRows(found)


def is_storable(text: str) -> bool:
    """Whether every database takes the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def shown(value: Any) -> str:
    """A value as a person can find it again in the request, cut to one line that any client can print."""
    if isinstance(value, Mapping | list | tuple):
        return "an object" if isinstance(value, Mapping) else "a list"
    text = json.dumps(value, default=ascii)
    return text if len(text) <= 60 else f"{text[:57]}..."


def listed(names: Iterable[str], most: int = 10) -> str:
    known = list(names)
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")
