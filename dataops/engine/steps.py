"""Progress through checks, and through the passes over the rows that some of them need."""

from __future__ import annotations

from dataops.engine.protocols import Progress

# Of the way from the profile to the end. What is read when the first rule asks takes longest by far.
PASSES = {"reading rows": 0.6, "reading failing rows": 0.15}


class Steps:
    """Progress from ``begin`` to 1 by ``count`` equal steps, and passes by their stages; never backwards."""

    def __init__(self, report: Progress, begin: float, count: int) -> None:
        self._report, self._begin, self._count = report, begin, count
        self._steps = 0
        self._passes = dict.fromkeys(PASSES, 0.0)

    def next(self, stage: str) -> None:
        self.within(0.0, stage)
        self._steps += 1

    def within(self, fraction: float, stage: str) -> None:
        """Tells of the step at hand; ``fraction`` is that of the pass the stage is."""
        if stage in PASSES:
            self._passes[stage] = max(self._passes[stage], fraction)
        done = sum(share * self._passes[stage] for stage, share in PASSES.items())
        done += (1 - sum(PASSES.values())) * min(1.0, self._steps / self._count)
        self._report(self._begin + (1 - self._begin) * done, stage)
