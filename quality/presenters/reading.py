"""What was found out about a file, and words in it that may mean missing."""

from collections import Counter
from typing import Any

from dataops.engine.checks.stand_ins import stand_ins
from dataops.engine.profile.dataset import Profile
from dataops.engine.readers import Preview
from quality.models import DataSource

# Words that people and programs write where there is no value.
LIKE_MISSING = frozenset(
    [
        "na",
        "n/a",
        "#n/a",
        "nan",
        "null",
        "none",
        "nil",
        "missing",
        "unknown",
        "-",
        "--",
        "?",
        ".",
        "\\n",
        "(null)",
    ]
)
WORDS_OFFERED = 5

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
        facts.append((label, shown, found.dialect.confidence if name == "delimiter" else None))
    return facts


def missing_words(profile: Profile | None, source: DataSource) -> list[tuple[str, int]]:
    """Frequent values that look as if they meant missing and are not called so yet, with their cells.

    Columns with words of their own are left out: somebody has decided what means missing there.
    """
    known = source.missing_tokens
    counts: Counter[str] = Counter()
    for column in profile.columns if profile else ():
        if column.name in source.column_missing:
            continue
        for value, count in (*column.frequent.values, *column.invalid_values):
            word = str(value).strip()
            if word.lower() in LIKE_MISSING and word not in known:
                counts[word] += count
    return counts.most_common(WORDS_OFFERED)


def missing_numbers(profile: Profile | None, source: DataSource) -> list[tuple[str, str, int]]:
    """Numbers and dates that look as if they meant missing: column, value, cells.

    A column at a time, as -1 may mean none in one and be a number in the next.
    """
    return [
        (column.name, value, count)
        for column in (profile.columns if profile else ())
        if column.name not in source.column_missing
        for value, count in stand_ins(column)
    ][:WORDS_OFFERED]
