"""What was found out about how a file is written."""

from typing import Any

from dataops.engine.readers import Preview

Fact = tuple[str, Any, float | None]

_NAMES = {
    "delimiter": "Delimiter", "quote": "Quote", "escape": "Escape", "header": "Header",
    "header_records": "Lines of the header", "skip_records": "Lines above the header",
    "footer_records": "Lines below the rows", "comment": "Comment mark", "decimal": "Decimal mark",
    "thousands": "Mark between thousands", "date_order": "Order of dates", "sheet": "Sheet",
}  # fmt: skip
_SHOWN = {"\t": "tab", " ": "space", "": "none", True: "yes", False: "no"}


def reading_facts(found: Preview) -> list[Fact]:
    """Label, value and how sure it is (None where it is given or not in question)."""
    detected = found.detected
    facts: list[Fact] = [("Format", detected.format, None)]
    if detected.compression:
        facts.append(("Packed as", detected.compression, None))
    if detected.encoding:
        facts.append(("Encoding", detected.encoding, detected.encoding_confidence))
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
            shown = "as each column tells"
        facts.append((label, shown, found.dialect.confidence if name == "delimiter" else None))
    return facts
