"""Docstrings, parameter dataclasses and rows as Markdown."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field
from typing import Any


def prose(declared: Any) -> str:
    """The docstring of a class or function, or of an object's class, without its doctests."""
    named = inspect.isclass(declared) or inspect.isfunction(declared)
    text = inspect.getdoc(declared if named else type(declared)) or ""
    told = [part for part in text.split("\n\n") if not part.startswith(">>>")]
    return "\n\n".join(told).replace("``", "`")


def table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """The lines of a table and a blank one.

    >>> list(table(("Key", "Meaning"), [("a|b", 1)]))
    ['| Key | Meaning |', '|---|---|', '| a b | 1 |', '']
    """
    yield _row(head)
    yield "|" + "---|" * len(head)
    yield from (_row(row) for row in rows)
    yield ""


def _row(cells: Iterable[Any]) -> str:
    return "| " + " | ".join(re.sub(r"[\n|]+", " ", str(cell)) for cell in cells) + " |"


def parameters(declared: Iterable[Field[Any]]) -> Iterator[str]:
    """A table of the fields of a parameter dataclass; nothing when it has none."""
    rows = [
        (f"`{field.name}`", _shown_default(field), _range(field.metadata), field.metadata["help"])
        for field in declared
    ]
    if rows:
        yield from table(("Parameter", "Default", "Allowed", "Meaning"), rows)


def _shown_default(field: Field[Any]) -> str:
    value = _default_of(field)
    if field.metadata.get("required"):
        return "must be given"
    return default(", ".join(value) if isinstance(value, tuple) else value)


def default(value: Any) -> str:
    """
    >>> default(0.5), default(None)
    ('`0.5`', 'none')
    """
    return "none" if value in (None, (), {}, "") else f"`{value}`"


def _default_of(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _range(metadata: Mapping[str, Any]) -> str:
    if choices := metadata.get("choices"):
        return ", ".join(f"`{choice}`" for choice in choices)
    low, high, unit = (metadata.get(name) for name in ("minimum", "maximum", "unit"))
    bounds = [f"from {low:g}"] if low is not None else []
    bounds += [f"to {high:g}"] if high is not None else []
    return " ".join([*bounds, unit] if bounds and unit else bounds) or _words(metadata.get("kind"))


def _words(kind: str | None) -> str:
    """What a parameter that is no number may hold."""
    return {
        "column": "a column",
        "columns": "columns",
        "condition": "a condition in SQL",
        "query": "a query in SQL",
        "source": "a source",
    }.get(kind or "", "any")
