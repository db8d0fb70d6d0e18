"""How the texts of a column are written, as a pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.unseen import leeway_for
from dataops.engine.suggest.view import FEWEST, View
from dataops.engine.types import ColumnType

MOST_SHAPES = 12
LONGEST = 200
NEW_ROWS = 0.002
INSIDE = {"A": "A-Z", "a": "a-z", "9": "0-9", "L": r"\p{L}"}
CLASSES = {mark: f"[{inside}]" for mark, inside in INSIDE.items()}


def propose(view: View) -> Iterator[Suggestion]:
    """The narrowest of: shapes with lengths, shapes without, the characters used."""
    for column in view.columns:
        if column.type is not ColumnType.TEXT or column.present < FEWEST:
            continue
        for slot, pattern, kinds in _patterns(ways_written(*view.weighed(column.name))):
            words = {"shape": "written as", "runs": "made like", "characters": "made of"}[slot]
            # The pattern and not a value: evidence is shown to people who may not see the data.
            shown = pattern.removeprefix("^").removesuffix("$").removeprefix("(?:").removesuffix(")")[:80]
            evidence = f"{column.name}: {of(column.present, column.present)} {words} {shown}"
            limits = leeway_for(kinds.values(), column.present)
            spec = CheckSpec("regex", column=column.name, params={"pattern": pattern}, limits=limits)
            yield Suggestion(spec, slot, evidence, column.present, column.present)


def ways_written(values: pa.StringArray, counts: NDArray[np.int64]) -> Counter[str]:
    """How many rows are written in each way: with a mark for every letter and digit.

    >>> ways_written(pa.array(["A1", "B2", "é"]), np.array([1, 2, 5]))
    Counter({'L': 5, 'A9': 3})
    """
    for letters, mark in (("[A-Z]", "A"), ("[a-z]", "a"), ("[0-9]", "9")):
        values = pc.replace_substring_regex(values, letters, mark)
    ways = values.dictionary_encode()
    weights = np.bincount(ways.indices.to_numpy(), counts, len(ways.dictionary)).astype(np.int64)
    found: Counter[str] = Counter()
    for way, weight in zip(ways.dictionary.to_pylist(), weights.tolist(), strict=True):
        found[marks_of(way)] += weight
    return found


def _patterns(marked: Counter[str]) -> Iterator[tuple[str, str, Counter[str]]]:
    """Slot, pattern, and how many rows have each of the kinds it allows."""
    makers: tuple[tuple[str, Callable[[str], str]], ...] = (("shape", shape_of), ("runs", runs_of))
    for slot, maker in makers:
        counts: Counter[str] = Counter()
        for marks, count in marked.items():
            counts[maker(marks)] += count
        if len(counts) <= MOST_SHAPES and _once(counts) <= NEW_ROWS * counts.total():
            yield slot, "^(?:" + "|".join(sorted(counts)) + ")$", counts
    used: Counter[str] = Counter()
    for marks, count in marked.items():
        for mark in set(marks):
            used[mark] += count
    if len(used) <= 40 and _once(used) <= NEW_ROWS * marked.total():
        inside = "".join(sorted(INSIDE.get(mark, re.escape(mark)) for mark in used))
        yield "characters", f"^[{inside}]*$", used


def _once(counts: Counter[str]) -> int:
    return sum(count == 1 for count in counts.values())


def marks_of(value: str) -> str:
    """Each letter as the mark of its class, or itself where it has none.

    >>> marks_of("AB-123é")
    'AA-999L'
    """
    return value.translate(MARKS)


def shape_of(marks: str) -> str:
    """
    >>> shape_of("AA-999")
    '[A-Z]{2}\\\\-[0-9]{3}'
    """
    return _pattern(marks[:LONGEST], exact=True)


def runs_of(marks: str) -> str:
    """
    >>> runs_of("AA 999")
    '[A-Z]+\\\\ [0-9]+'
    """
    return _pattern(marks[:LONGEST], exact=False)


# Many values, and many columns, are written in few ways.
@lru_cache(4096)
def _pattern(marks: str, *, exact: bool) -> str:
    pieces = ((mark, len(list(run))) for mark, run in groupby(marks))
    return "".join(_piece(mark, length, exact=exact) for mark, length in pieces)


class _Marks(dict[int, str]):
    """The mark of each letter by its number, found when it first occurs."""

    def __missing__(self, number: int) -> str:
        self[number] = mark = _class(chr(number))
        return mark


MARKS = _Marks()


def _class(letter: str) -> str:
    if "0" <= letter <= "9":
        return "9"
    if letter.isascii():
        return "A" if letter.isupper() else "a" if letter.islower() else letter
    return "L" if letter.isalpha() else letter


def _piece(mark: str, length: int, *, exact: bool) -> str:
    text = CLASSES.get(mark) or re.escape(mark)
    if not exact:
        return f"{text}+" if mark in CLASSES or length > 1 else text
    return text if length == 1 else f"{text}{{{length}}}"
