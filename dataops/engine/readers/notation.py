"""Numbers, dates and booleans of another notation, rewritten as the literals everybody reads.

Cells that are such a value as a whole are rewritten (``1.234,50`` to ``1234.50``, ``25/03/2024`` to
``2024-03-25``, ``ja`` to ``true``), all others stay as they are, so that every later reader of the
rows, a query too, sees the same value.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.intake import Notation
from dataops.engine.types import DAY

PLAIN = Notation()
_SPACES = "\u00a0\u202f "
_DAY_ORDERS = {
    "dmy": (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", (3, 2, 1)),
    "mdy": (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", (3, 1, 2)),
    "ymd": (r"(\d{4}|\d{2})[/.-](\d{1,2})[/.-](\d{1,2})", (1, 2, 3)),
}
# Two digits are a year of this century up to here, as in POSIX.
_PIVOT = "[7-9]"


def rewrite(batch: pa.RecordBatch, notation: Notation) -> pa.RecordBatch:
    """``batch`` of text columns with the cells that are values of ``notation`` rewritten.

    >>> cells = pa.record_batch({"a": ["1.234,50", "x"]})
    >>> rewrite(cells, Notation(decimal=",", thousands=".")).to_pylist()
    [{'a': '1234.50'}, {'a': 'x'}]
    """
    if notation == PLAIN:
        return batch
    columns = [_rewritten(column, notation) for column in batch.columns]
    return pa.record_batch(columns, names=batch.schema.names)


def _rewritten(cells: pa.Array, notation: Notation) -> pa.Array:
    if notation.decimal != "." or notation.thousands:
        cells = _numbers(cells, notation)
    if notation.date_order:
        cells = _dates(cells, *_DAY_ORDERS[notation.date_order])
    for words, literal in ((notation.true_words, "true"), (notation.false_words, "false")):
        if words:
            known = pa.array([word.strip().lower() for word in words])
            is_word = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(cells)), known)
            cells = pc.if_else(is_word, literal, cells)
    return cells


def _numbers(cells: pa.Array, notation: Notation) -> pa.Array:
    mark = re.escape(notation.decimal)
    group = f"[{_SPACES if notation.thousands == ' ' else re.escape(notation.thousands)}]"
    whole = rf"\d{{1,3}}(?:{group}\d{{3}})+" if notation.thousands else r"\d+"
    trimmed = pc.utf8_trim_whitespace(cells)
    is_number = pc.match_substring_regex(
        trimmed, rf"^[+-]?(?:{whole}(?:{mark}\d*)?|\d+{mark}\d*|{mark}\d+)(?:[eE][+-]?\d+)?$"
    )
    if not pc.any(is_number).as_py():
        return cells
    plain = pc.replace_substring_regex(trimmed, group, "") if notation.thousands else trimmed
    return pc.if_else(is_number, pc.replace_substring(plain, notation.decimal, "."), cells)


def _dates(cells: pa.Array, pattern: str, places: tuple[int, int, int]) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    whole = rf"^{pattern}((?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?)?)$"
    is_date = pc.match_substring_regex(trimmed, whole)
    if not pc.any(is_date).as_py():
        return cells
    made = pc.replace_substring_regex(trimmed, whole, r"\{}-0\{}-0\{}\4".format(*places))
    made = pc.replace_substring_regex(made, r"^(\d+)-0?(\d{2})-0?(\d{2})", r"\1-\2-\3")
    made = pc.replace_substring_regex(made, rf"^({_PIVOT}\d-)", r"19\1")
    made = pc.replace_substring_regex(made, r"^(\d\d-)", r"20\1")
    made = pc.replace_substring_regex(made, r"^(\S+[ T])(\d:)", r"\g<1>0\2".replace(r"\g<1>", r"\1"))
    # What is no day of the calendar (31/02/2024) stays as it is written, and is told so.
    return pc.if_else(pc.and_(is_date, pc.match_substring_regex(made, rf"^{DAY}")), made, cells)
