"""A metric of our own: predictions that are too low may be worse than those that are too high."""

from dataclasses import dataclass, field

import numpy as np
from django import forms

from models_registry.measures import Answers


@dataclass(frozen=True, slots=True)
class OneSidedErrorParams:
    """What the user may set; the form, the API and the validation are made from it."""

    weight: float = field(
        default=3.0,
        metadata={
            "field": forms.FloatField(
                label="Weight", min_value=0, help_text="How many times worse it is to be too low."
            )
        },
    )


class OneSidedError:
    """Mean error in the unit predicted; one that is too low counts so many times."""

    key = "one_sided_error"
    label = "One-sided error"
    tasks = frozenset({"regression"})
    params = OneSidedErrorParams

    def measure(self, answers: Answers, params: OneSidedErrorParams) -> float:
        error = answers.predicted - answers.actual
        return float(np.mean(np.where(error < 0, params.weight * -error, error)))
