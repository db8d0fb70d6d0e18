"""What comes of acting on the likeliest cases only."""

from dataclasses import dataclass, field

import numpy as np
from django import forms

from models_registry.measures.base import Answers


@dataclass(frozen=True, slots=True)
class TopPrecisionParams:
    share: float = field(
        default=0.1,
        metadata={
            "field": forms.FloatField(
                label="Share",
                min_value=0.001,
                max_value=1,
                help_text="Of the predictions, those with the highest probability; 0.1 is a tenth.",
            )
        },
    )


class TopPrecision:
    """Share of those with the highest probability of the second of two classes that were of it, 0 to 1.

    At least one row is looked at; of equal probabilities those that come first.
    """

    key = "top_precision"
    label = "Precision at the top"
    tasks = frozenset({"classification"})
    params = TopPrecisionParams

    def measure(self, answers: Answers, params: TopPrecisionParams) -> float | None:
        if answers.probabilities is None or len(answers.classes) != 2:
            return None
        most = max(round(params.share * len(answers)), 1)
        likeliest = np.argsort(-answers.probabilities[:, 1], kind="stable")[:most]
        return float(np.mean(answers.actual[likeliest] == answers.classes[1]))
