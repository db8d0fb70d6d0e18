"""Predicted numbers that were close enough."""

from dataclasses import dataclass, field

import numpy as np
from django import forms

from models_registry.measures.base import Answers


@dataclass(frozen=True, slots=True)
class NearParams:
    tolerance: float = field(
        default=1.0,
        metadata={
            "field": forms.FloatField(
                label="Tolerance",
                min_value=0,
                help_text="How far off is close enough.",
            )
        },
    )


class Near:
    """Share of the predictions that were off by at most the tolerance, 0 to 1."""

    key = "near"
    label = "Near enough"
    tasks = frozenset({"regression"})
    params = NearParams

    def measure(self, answers: Answers, params: NearParams) -> float:
        return float(np.mean(np.abs(answers.predicted - answers.actual) <= params.tolerance))
