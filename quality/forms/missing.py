"""What means missing in single columns, as lines of text."""

import json
import re
from typing import Any

from django import forms

from dataops.web.words import lazy as _
from quality.models.missing import check_column_missing

KEPT = "; blanks are values"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(rf"\s*({_QUOTED}|[^:\"]+?)\s*:(.*)")
_WORDS = re.compile(rf"\s*({_QUOTED}|[^,\"]*?)\s*(?:,|$)")
_PLAIN = re.compile(r'[^\s:,;"\\](?:[^:,;"\\\x00-\x1f]*[^\s:,;"\\])?')


class ColumnWords(forms.CharField):
    """A line per column: its name, a colon, the words with commas; odd names and words in quotes."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "price: -, n/a"})

    def prepare_value(self, value: Any) -> Any:
        # By name: PostgreSQL does not keep the order that keys were written in.
        return "\n".join(_line(*item) for item in sorted(value.items())) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> dict[str, Any]:  # type: ignore[override]  # what the model keeps
        found: dict[str, Any] = {}
        for number, line in enumerate((super().to_python(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            name, rule = _read(line, number)
            if name in found:
                raise forms.ValidationError(
                    _("Line %(number)s: column %(name)s is named twice.")
                    % {"number": number, "name": f"{name!r}"}
                )
            found[name] = rule
        check_column_missing(found)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or {}) != self.to_python(data)
        except forms.ValidationError:
            return True


def _line(name: str, rule: dict[str, Any]) -> str:
    words = ", ".join(map(_written, rule.get("tokens", [])))
    return f"{_written(name)}: {words}".rstrip() + ("" if rule.get("whitespace", True) else KEPT)


def _read(line: str, number: int) -> tuple[str, dict[str, Any]]:
    blank = not line.rstrip().endswith(KEPT)
    parts = _LINE.fullmatch(line if blank else line.rstrip().removesuffix(KEPT))
    if parts is None:
        raise forms.ValidationError(
            _("Line %(number)s: write a column, a colon and words, such as price: -, n/a")
            % {"number": number}
        )
    return _meant(parts[1], number), {"tokens": _words(parts[2], number), "whitespace": blank}


def _words(text: str, number: int) -> list[str]:
    words, at = [], 0
    while at < len(text):
        found = _WORDS.match(text, at)
        if found is None:
            raise forms.ValidationError(
                _("Line %(number)s: separate words by commas; %(strip)s")
                % {"number": number, "strip": f"{text[at:].strip()!r}"}
            )
        words += [_meant(found[1], number)] if found[1] else []
        at = found.end()
    return list(dict.fromkeys(words))


def _written(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.isprintable() else json.dumps(text)


def _meant(text: str, number: int) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError as error:
        raise forms.ValidationError(
            _("Line %(number)s: %(text)s is not written as a text in quotes.")
            % {"number": number, "text": text}
        ) from error
