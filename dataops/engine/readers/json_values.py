"""The objects of a JSON document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from dataops.engine.errors import BrokenData, TooLarge, UnknownFormat
from dataops.engine.readers.source import Source

_SPACE = re.compile(r"[\s,]*")


def text_of(source: Source) -> str:
    """The whole document. Raises TooLarge over ``max_sheet_bytes``: it is held in memory."""
    pieces, size = [], 0
    for chunk in source.chunks():
        size += len(chunk)
        if size > source.limits.max_sheet_bytes:
            raise TooLarge(
                f"more than {source.limits.max_sheet_bytes:,} bytes of JSON; write one object a line"
            )
        pieces.append(chunk)
    return b"".join(pieces).decode("utf-8", "replace")


def objects_of(text: str) -> Iterator[Any]:
    """Elements of the array of objects that ``text`` is or holds, one at a time.

    Raises UnknownFormat when an object holds none, or several, BrokenData at a fault.
    """
    text = text.strip()
    if not text.startswith("["):
        yield from _array_in(_load(text))
        return
    decoder, at = json.JSONDecoder(), 1
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing at least
        if text[at : at + 1] == "]":
            break
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _fault(error) from error
        yield value
    if text[at + 1 :].strip():
        raise BrokenData("there is more behind the end of the JSON array; upload one document a file")


def _array_in(document: dict[str, Any]) -> list[Any]:
    arrays = {
        key: value
        for key, value in document.items()
        if isinstance(value, list) and value and all(isinstance(element, dict) for element in value)
    }
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    if arrays:
        raise UnknownFormat(
            f"the JSON object holds several tables: {', '.join(arrays)}; upload each alone, as an array"
        )
    raise UnknownFormat("the JSON object holds no array of objects; upload an array, or one object a line")


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _fault(error) from error


def _fault(error: Exception) -> BrokenData:
    return BrokenData(f"the JSON is damaged or cut off ({error}); upload the complete file again")
