"""Text that is no table, and characters in a table that mislead its reader."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from dataops.engine.errors import UnknownFormat

_WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml)", re.IGNORECASE)
_ELEMENT = re.compile(r"\s*<[a-z][\w:.-]*(\s[^<>]*)?>.*>\s*", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1e\x7f]")
# Joiners and marks of direction are left out: scripts and emoji need them.
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u202d\u202e]")
_DOUBLY_ENCODED = re.compile(
    "\u00c3[\u0080-\u00bf\u0192\u2013-\u203a]|\u00e2\u20ac[\u0080-\u00bf\u2013-\u2122]"
)
# What services answer when they fail, longest first: keys of an object that stands alone.
_ANSWERS = ("error", "errors", "error_message", "errorMessage", "fault", "exception")
_ANSWER_AT_MOST = 64 * 1024
_ANSWER_SHOWN = 100


def refuse_answer_of_a_service(text: str) -> None:
    """Raises UnknownFormat for the JSON object that a service sends in place of the table."""
    if len(text) > _ANSWER_AT_MOST or not text.lstrip().startswith("{"):
        return
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return
    found = next((answer[key] for key in _ANSWERS if answer.get(key)), None)
    if found is None and {"title", "status", "detail"} <= answer.keys():
        found = answer["detail"]
    if found is not None:
        said = found if isinstance(found, str) else json.dumps(found)
        raise UnknownFormat(
            f"this is the answer of a service that failed, not a table: {said[:_ANSWER_SHOWN]!r};"
            " download the table again, and look at what the service says"
        )


def refuse_other_text(text: str) -> None:
    """Raises UnknownFormat for binary data, web pages and XML."""
    if "\0" in text:
        raise UnknownFormat(
            f"character {text.index(chr(0)) + 1} is a NUL byte: this is binary data, no table in text form;"
            " export it again, as CSV or Parquet"
        )
    if _WEB_PAGE.match(text) or _ELEMENT.fullmatch(text):
        raise UnknownFormat("this is a web page or XML; download the table itself, as CSV or Parquet")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise UnknownFormat("this is binary data, not a table in text form; save the table as CSV or Parquet")


def oddities(text: str) -> Iterator[str]:
    """Notes on what a person who looks at the text would not see, or read wrongly."""
    plain = text.isascii()
    if not plain and _DOUBLY_ENCODED.search(text):
        yield "some text looks encoded twice, such as \u00c3\u00a9 for \u00e9; it is kept as it is"
    if not plain and (found := _UNSEEN.search(text)):
        yield (
            f"line {_line_of(found, text)} holds a character that nobody sees ({_name(found[0])});"
            " it is kept, and makes values differ that look alike"
        )
    if found := _CONTROL.search(text):
        yield (
            f"line {_line_of(found, text)} holds a control character ({_name(found[0])});"
            " it is kept, and is often left by a copy from a terminal or another system"
        )


def _line_of(found: re.Match[str], text: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[: found.start()])) + 1


def _name(character: str) -> str:
    """U+FEFF zero width no-break space."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '').lower()}".strip()
