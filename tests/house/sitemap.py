"""What the site map knows: every page and API path by name, with something that exists in each blank."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

API, INFERENCE, ADMIN = "api/v1/", "v2", "admin/"
BLANK = re.compile(r"(?:(\w[\w-]*)/)?<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Place:
    """One URL pattern: its full name, such as ``quality:run_detail``, and its whole route."""

    name: str
    route: str

    def path(self, things: Mapping[str, object]) -> str:
        """The route with its blanks filled.

        A blank is looked up by the part before it and its own name ("runs/pk"), then by its name
        alone. Raises KeyError, which names what a new URL needs, when there is neither.
        """
        return "/" + BLANK.sub(lambda blank: _filled(blank, things), self.route)


def _filled(blank: re.Match[str], things: Mapping[str, object]) -> str:
    before, name = blank.groups()
    value = things.get(f"{before}/{name}", things.get(name))
    if value is None:
        raise KeyError(f"tests/house: say what {before}/{name} is")
    return f"{before}/{value}" if before else str(value)


def places() -> list[Place]:
    """Every URL of the project, the admin's own left out."""
    return [place for place in _below(get_resolver(), "", "") if not place.route.startswith(ADMIN)]


def admin_places() -> list[Place]:
    return [place for place in _below(get_resolver(), "", "") if place.route.startswith(ADMIN)]


def pages() -> list[Place]:
    return [place for place in places() if not place.route.startswith((API, INFERENCE))]


def _below(resolver: URLResolver, route: str, names: str) -> Iterator[Place]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _below(pattern, here, space)
        elif isinstance(pattern, URLPattern):
            yield Place(names + (pattern.name or f"without a name: {here}"), here)
