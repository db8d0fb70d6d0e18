"""Progress through work of known parts."""

from __future__ import annotations

from dataops.engine.protocols import Progress


class Steps:
    """Progress from ``begin`` to 1 in equal steps, and within the step at hand; never backwards."""

    def __init__(self, report: Progress, begin: float, count: int) -> None:
        self._report, self._at, self._end = report, begin, begin
        self._step = (1 - begin) / count

    def next(self, stage: str) -> None:
        self._at = self._end
        self._end += self._step
        self._report(self._at, stage)

    def within(self, fraction: float, stage: str) -> None:
        self._at = max(self._at, self._end - self._step * (1 - fraction))
        self._report(self._at, stage)
