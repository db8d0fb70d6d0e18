"""The quality score: one number that can be taken apart again."""

from dataops.engine.score.coverage import validity_coverage
from dataops.engine.score.formula import (
    CRITICAL_CAP,
    DEFAULT_WEIGHTS,
    FLOOR,
    FORMULA,
    NOTHING_SET,
    Score,
    Scored,
    score,
)
from dataops.engine.score.importance import IMPORTANCE, WEIGHT, importance_of
from dataops.engine.score.waterfall import Step, waterfall
from dataops.engine.score.what_if import WhatIf

__all__ = [
    "CRITICAL_CAP",
    "DEFAULT_WEIGHTS",
    "FLOOR",
    "FORMULA",
    "IMPORTANCE",
    "NOTHING_SET",
    "WEIGHT",
    "Score",
    "Scored",
    "Step",
    "WhatIf",
    "importance_of",
    "score",
    "validity_coverage",
    "waterfall",
]
