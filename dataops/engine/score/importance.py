"""The words for how much a column or a check counts, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

IMPORTANCE: Mapping[str, float] = MappingProxyType({"high": 3.0, "normal": 1.0, "low": 0.5, "ignored": 0.0})
"""How much a column counts among those of its dimension; high is for keys and features of models."""

WEIGHT: Mapping[str, float] = MappingProxyType({"low": 0.5, "normal": 1.0, "high": 2.0})
"""How much a check counts among the checks of its column: each word is twice the one before."""


def importance_of(words: Mapping[str, str]) -> dict[str, float]:
    """Numbers for the columns that are not normal; unknown words count as normal.

    >>> importance_of({"id": "high", "note": "ignored", "city": "normal"})
    {'id': 3.0, 'note': 0.0}
    """
    numbers = {column: IMPORTANCE.get(word, 1.0) for column, word in words.items()}
    return {column: number for column, number in numbers.items() if number != 1.0}
