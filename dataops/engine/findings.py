"""What an evaluation tells about one thing it watches: the only value alerts are made from."""

from dataclasses import dataclass
from enum import StrEnum

from dataops.engine.types import Severity


class FindingState(StrEnum):
    """``NEAR`` is good, but so near to the limit that what is open stays open: half a step is no recovery.

    What is reported is ``OK``; how near is too near is said by whoever takes it in.
    """

    BREACH = "breach"
    NEAR = "near"
    OK = "ok"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a finding is about besides its subject: a run, a check, a version, a report."""

    type: str
    id: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One watched rule after one evaluation, good or bad.

    Good ones (``OK``) are reported too: that is how an alert learns that its cause is gone.
    ``kind`` names the rule ("quality.score", "drift.feature"), ``column`` and ``method`` where and
    by what it was measured; together with the subject they are the identity of an alert, so none
    of them may hold a value, a date or a run. ``unit`` is what value and threshold are counted in
    (``engine.units``), "" for a plain number. ``headroom`` of a good one is what the function of that
    name says; None where it can only be good or bad. ``about`` are further things it concerns, no part
    of the identity: the run that found it, the check that looked.
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
    unit: str = ""
    headroom: float | None = None
    about: tuple[Entity, ...] = ()


def headroom(value: float | None, limit: float | None, *, perfect: float | None = None) -> float | None:
    """How far a good value has come from its limit towards perfect: 0 on the limit, 1 at perfect.

    Where nobody can say what perfect is, the size of the limit is the measure. None where there is no
    value, no limit, or nothing better than the limit.

    >>> headroom(0.82, 0.80, perfect=1.0), headroom(18, 24), headroom(0.0, 0.0)
    (0.1, 0.25, None)
    """
    if value is None or limit is None:
        return None
    distance = abs(limit - (perfect or 0.0))
    return round(abs(value - limit) / distance, 9) if distance else None
