"""What an evaluation tells about one thing it watches: the only value alerts are made from."""

from dataclasses import dataclass
from enum import StrEnum

from dataops.engine.types import Severity


class FindingState(StrEnum):
    """``NEAR`` is good, but so near to the limit that what is open stays open: half a step is no recovery."""

    BREACH = "breach"
    NEAR = "near"
    OK = "ok"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Finding:
    """One watched rule after one evaluation, good or bad.

    Good ones (``OK``) are reported too: that is how an alert learns that its cause is gone.
    ``kind`` names the rule ("quality.score", "drift.feature"), ``column`` and ``method`` where and
    by what it was measured; together with the subject they are the identity of an alert, so none
    of them may hold a value, a date or a run.
    """

    kind: str
    state: FindingState
    severity: Severity
    title: str
    message: str = ""
    column: str = ""
    method: str = ""
    value: float | None = None
    threshold: float | None = None
