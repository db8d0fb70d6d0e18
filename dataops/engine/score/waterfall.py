"""Where the points went: by dimension, in it by column, in that by check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from dataops.engine.score.formula import Scored
from dataops.engine.score.what_if import WhatIf

LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Step:
    """A part of what is lost: ``points`` of it, from ``start`` down to ``start - points``.

    ``if_fixed`` is the score with nothing but this part made perfect, None where that is not
    known. ``indexes`` are the results behind it; the points of ``parts`` sum to its own.
    """

    name: str
    points: float
    start: float
    if_fixed: float | None
    indexes: tuple[int, ...]
    parts: tuple[Step, ...] = field(default=())

    @property
    def end(self) -> float:
        return self.start - self.points


def waterfall(
    results: Sequence[Scored], points: Sequence[float], what_if: WhatIf | None = None
) -> tuple[Step, ...]:
    """Steps from 1 down to the score, the costliest first at every level.

    ``points`` are the points lost by each result. Dimensions are named by their key, columns by
    their name ("" for the table); checks have no name, their one index says which result.
    """
    lost = [index for index, part in enumerate(points) if part > LEAST]
    levels = (lambda i: str(results[i].dimension), lambda i: results[i].column, lambda i: str(i))

    def steps(indexes: Iterable[int], depth: int, start: float) -> tuple[Step, ...]:
        if depth == len(levels):
            return ()
        groups: dict[str, list[int]] = {}
        for index in indexes:
            groups.setdefault(levels[depth](index), []).append(index)
        sums = {name: sum(points[i] for i in group) for name, group in groups.items()}
        names = sorted(groups, key=lambda name: (-sums[name], name))
        starts = accumulate((-sums[name] for name in names), initial=start)
        return tuple(
            Step(
                name if depth < len(levels) - 1 else "",
                sums[name],
                at,
                what_if.fixed(groups[name]) if what_if else None,
                tuple(groups[name]),
                steps(groups[name], depth + 1, at),
            )
            for name, at in zip(names, starts, strict=False)
        )

    return steps(lost, 0, 1.0)
