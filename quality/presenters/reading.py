"""What was found out about how a file is written."""

from typing import Any

from dataops.engine.readers import Preview
from dataops.web.words import lazy as _

Fact = tuple[str, Any, float | None]

_NAMES = {
    "delimiter": _("Delimiter"), "quote": _("Quote"), "escape": _("Escape"), "header": _("Header"),
    "header_records": _("Lines of the header"), "skip_records": _("Lines above the header"),
    "footer_records": _("Lines below the rows"), "comment": _("Comment mark"), "decimal": _("Decimal mark"),
    "thousands": _("Mark between thousands"), "date_order": _("Order of dates"), "sheet": _("Sheet"),
}  # fmt: skip
_SHOWN = {"\t": "tab", " ": "space", "": "none", True: "yes", False: "no"}


def reading_facts(found: Preview) -> list[Fact]:
    """Label, value and how sure it is (None where it is given or not in question)."""
    detected = found.detected
    facts: list[Fact] = [(_("Format"), detected.format, None)]
    if detected.compression:
        facts.append((_("Packed as"), detected.compression, None))
    if detected.encoding:
        facts.append((_("Encoding"), detected.encoding, detected.encoding_confidence))
    if found.dialect is None:
        return facts
    for name, label in _NAMES.items():
        if detected.format == "csv" and name == "sheet":
            continue
        if detected.format == "excel" and name in ("delimiter", "quote", "escape", "comment"):
            continue
        value = getattr(found.dialect, name)
        shown = value if type(value) is int else _SHOWN.get(value, value)
        if name == "date_order" and not value:
            shown = _("as each column tells")
        facts.append((label, shown, found.dialect.confidence if name == "delimiter" else None))
    return facts
