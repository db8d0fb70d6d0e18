"""What is told about a number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """``formula`` and ``source`` are empty where there is nothing to compute or to cite.

    ``details`` are what the engine goes on to say of itself, in English.
    """

    key: str
    label: str
    meaning: str
    formula: str = ""
    source: str = ""
    details: str = ""
