"""The one place where a measured value is judged."""

from dataops.engine.protocols import Limits, Measurement
from dataops.engine.types import Outcome


def grade(measurement: Measurement, limits: Limits) -> Outcome:
    """Pass, warn or fail by the limits; no data when nothing was measured.

    A value on a limit keeps it. What is critical fails under any limits.

    >>> grade(Measurement(10, 2, 0.2, 0.8, ""), Limits(warn=0.1, fail=0.2))
    <Outcome.WARN: 'warn'>
    """
    if measurement.critical:
        return Outcome.FAIL
    if measurement.value is None:
        return Outcome.NO_DATA
    if _breached(measurement.value, limits.fail, limits.direction):
        return Outcome.FAIL
    if _breached(measurement.value, limits.warn, limits.direction):
        return Outcome.WARN
    return Outcome.PASS


def _breached(value: float, limit: float | None, direction: str) -> bool:
    if limit is None:
        return False
    return value > limit if direction == "above" else value < limit
