"""How often the band of a number raises an alarm: of noise alone, and of a change put into it.

Histories of a number are drawn at random, one value a day: around a level, with heavy tails, with a
trend, with a weekly rhythm. The next value is of the same kind (an alarm is a false one), or half of
that (an alarm is right). Noise has a standard deviation of a tenth of the level, so that halving is
five of them. All trials start from the same seed.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from benchmarks.measurement import Measurement
from dataops.engine.anomaly import SENSITIVITIES, Point, expected_band
from dataops.engine.metrics import METRICS

TRIALS = 2000
LEVEL, NOISE = 100.0, 0.1
WEEK = np.array([1, 1, 1, 1, 1, 0.4, 0.3])
FIRST = datetime(2026, 1, 5, 6, tzinfo=UTC)
# Most false alarms of a run, in percent, that each name stands for once 14 runs are known.
PROMISED = {"low": 0.3, "normal": 1.0, "high": 3.0}

Values = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Values]


def _level(draw: np.random.Generator, days: int) -> Values:
    return LEVEL * (1 + NOISE * draw.normal(size=days))


def _heavy(draw: np.random.Generator, days: int) -> Values:
    return LEVEL * (1 + NOISE / sqrt(3) * draw.standard_t(3, days))


def _trend(draw: np.random.Generator, days: int) -> Values:
    return _level(draw, days) + LEVEL * NOISE / 10 * np.arange(days)


def _weekly(draw: np.random.Generator, days: int) -> Values:
    return _level(draw, days) * WEEK[np.arange(days) % 7]


KINDS: dict[str, Draw] = {"level": _level, "heavy tails (t, 3)": _heavy, "trend": _trend, "weekly": _weekly}
LENGTHS = (7, 14, 30, 60)


def measure() -> Iterator[Measurement]:
    print(f"  alarms in {TRIALS:,} trials, in percent, with 95 % Wilson intervals")
    print(
        f"  {'history':20} {'runs':>4}"
        + "".join(f" {name + ', same':>22} {'halved':>8}" for name in PROMISED)
    )
    worst = dict.fromkeys(SENSITIVITIES, 0.0)
    for kind, draw in KINDS.items():
        for length in LENGTHS:
            alarms = _alarms(draw, length)
            print(f"  {kind:20} {length:4}" + "".join(map(_shown, *zip(*alarms.values(), strict=True))))
            if length >= 14 and kind != "heavy tails (t, 3)":
                worst = {name: max(worst[name], 100 * alarms[name][0] / TRIALS) for name in worst}
    for name, most in PROMISED.items():
        yield Measurement(f"Most false alarms, sensitivity {name}, 14 runs or more", worst[name], "%", most)


def _alarms(draw: Draw, length: int) -> dict[str, tuple[int, int]]:
    """By sensitivity, how many trials raise an alarm: of the same again, and of half of it."""
    counts = {name: [0, 0] for name in SENSITIVITIES}
    random = np.random.default_rng(length)
    for _ in range(TRIALS):
        *values, last = draw(random, length + 1).tolist()
        points = [Point(FIRST + timedelta(days=day), value) for day, value in enumerate(values)]
        for name, found in counts.items():
            band = expected_band(points, METRICS["mean"], FIRST + timedelta(days=length), sensitivity=name)
            if band is None:
                raise ValueError(f"{length} runs are too few for a band")
            found[0] += band.excess(last) > 0
            found[1] += band.excess(last / 2) > 0
    return {name: (false, right) for name, (false, right) in counts.items()}


def _shown(false: int, right: int) -> str:
    interval = binomtest(false, TRIALS).proportion_ci(method="wilson")
    ends = f"{100 * interval.low:5.2f}-{100 * interval.high:5.2f}"
    return f" {100 * false / TRIALS:7.2f} ({ends}) {100 * right / TRIALS:8.1f}"
