"""The objects of a JSON document."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from dataops.engine.errors import BrokenData, TooLarge, UnknownFormat
from dataops.engine.readers.source import Source

_BEHIND = ("", ",", "]", " ", "\n", "\r", "\t")
_SPACE = re.compile(r"[\s,]*")
# A fault that far from the end of what was read is none that more text would mend.
_CUT = 16


def objects_of(source: Source) -> Iterator[Any]:
    """Elements of the array of objects that a document is or holds, one at a time.

    An array is read piece by piece, whatever its size. An object is held in memory to find the array
    in it. Raises UnknownFormat when it holds none, or several, BrokenData at a fault, TooLarge for an
    element over ``max_record_bytes`` or an object over ``max_document_bytes``.
    """
    texts = _decoded(source)
    begin = ""
    for piece in texts:
        begin = (begin + piece).lstrip()
        if begin:
            break
    if begin.startswith("["):
        yield from _elements(begin[1:], texts, source.limits.max_record_bytes)
    else:
        yield from _array_in(_load(_whole(begin, texts, source.limits.max_document_bytes)))


def _decoded(source: Source) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for chunk in source.chunks():
        yield source.mended(decoder.decode(chunk))
    yield source.mended(decoder.decode(b"", final=True))


def _whole(begin: str, texts: Iterator[str], most: int) -> str:
    pieces, size = [begin], len(begin)
    for piece in texts:
        size += len(piece)
        if size > most:
            raise TooLarge(
                f"a JSON object of more than {most:,} bytes is not held in memory; upload the array in it"
                " alone, or one object a line"
            )
        pieces.append(piece)
    return "".join(pieces)


def _elements(buffer: str, texts: Iterator[str], most: int) -> Iterator[Any]:
    """The elements of an array whose opening bracket is read already, up to its end and that of the text."""
    decoder, at, count, is_all = json.JSONDecoder(), 0, 0, False
    while True:
        at = _SPACE.match(buffer, at).end()  # type: ignore[union-attr]  # it matches nothing at least
        if buffer[at : at + 1] == "]":
            break
        fault: Exception | None = None
        try:
            value, end = decoder.raw_decode(buffer, at)
            # At the end of what was read 1 may be the beginning of 1.5e3; behind it has to stand something.
            follows = buffer[end : end + 1]
            if follows in _BEHIND and (follows or is_all):
                count, at = count + 1, end
                yield value
                continue
            if follows not in _BEHIND:
                fault = json.JSONDecodeError("Expecting ',' delimiter", buffer, end)
        except (ValueError, RecursionError) as error:
            fault = error
        if is_all or (fault is not None and not _may_be_cut(fault, buffer)):
            raise _fault(fault or ValueError("its end is missing"), count)
        buffer, at = buffer[at:], 0
        if len(buffer) > most:
            raise TooLarge(f"element {count + 1} of the JSON array is longer than {most:,} bytes")
        buffer, is_all = _longer(buffer, texts)
    if buffer[at + 1 :].strip() or any(piece.strip() for piece in texts):
        raise BrokenData("there is more behind the end of the JSON array; upload one document a file")


def _may_be_cut(fault: Exception, buffer: str) -> bool:
    """Whether more text may mend it: it broke off at the end, or within a text that has no end yet."""
    if not isinstance(fault, json.JSONDecodeError):
        return False
    return fault.pos >= len(buffer) - _CUT or fault.msg.startswith("Unterminated string")


def _longer(buffer: str, texts: Iterator[str]) -> tuple[str, bool]:
    """At least twice the text, so that a long element is not begun too often; and whether that is all."""
    pieces, wanted = [buffer], max(2 * len(buffer), 1)
    for piece in texts:
        pieces.append(piece)
        wanted -= len(piece)
        if wanted <= len(buffer):
            return "".join(pieces), False
    return "".join(pieces), True


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


def _fault(error: Exception, after: int | None = None) -> BrokenData:
    told = getattr(error, "msg", str(error)) if after is not None else str(error)
    place = f", after {after:,} elements" if after is not None else ""
    return BrokenData(f"the JSON is damaged or cut off ({told}{place}); upload the complete file again")
