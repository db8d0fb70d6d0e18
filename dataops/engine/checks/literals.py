"""Values people write in parameters, read as the type of the column they are held against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from dataops.engine.types import ColumnType

Value = float | int | bool | str | date | datetime


def read_number(text: str) -> float | int | None:
    """
    >>> read_number("12"), read_number(" 1.5 "), read_number("nan"), read_number("x")
    (12, 1.5, None, None)
    """
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None


def read_time(text: str) -> datetime | None:
    """An ISO date or time, in UTC when it names a zone."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def is_day(text: str) -> bool:
    """Whether a time is written as a whole day."""
    return len(text.strip()) == len("2024-12-31")


def read_as(text: str, kind: ColumnType) -> Value | None:
    """``text`` as a value of ``kind``; None when it is none."""
    if kind.is_numeric:
        return read_number(text)
    if kind is ColumnType.BOOLEAN:
        return {"true": True, "false": False}.get(text.strip().lower())
    if kind.is_temporal:
        found = read_time(text)
        return found.date() if found and kind is ColumnType.DATE else found
    return text


def readable(texts: Iterable[str], kind: ColumnType) -> list[Value]:
    return [value for text in texts if (value := read_as(text, kind)) is not None]
