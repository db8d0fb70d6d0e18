"""What the numbers on the pages mean: one text each, for the page beside the number and for the list of all.

Drift methods and checks explain themselves in the engine, and are taken from there.
"""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from dataops.engine.checks import CHECKS
from dataops.engine.drift import METHODS
from dataops.web.words import lazy as _

MOST_FOUND = 4


@dataclass(frozen=True, slots=True)
class Explanation:
    """``formula`` and ``source`` are empty where there is nothing to compute or to cite.

    ``details`` are what the engine goes on to say of itself, in English.
    """

    key: str
    label: str
    meaning: str
    formula: str = ""
    source: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    explanations: list[Explanation]


QUALITY = (
    Explanation(
        "score",
        _("Score"),
        _(
            "How good the data of one run is, from 0 to 1. 1 is flawless. A weak dimension cannot be "
            "made up for by strong ones, and a failed critical check holds the score at 0.59 or less."
        ),
        _(
            "exp(Σ w ln max(d, 0.01) / Σ w) over the measured dimensions d with weights w; a dimension "
            "is the mean pass rate over its columns, then with its checks of the table."
        ),
        "Weighted geometric mean, as in the Human Development Index (UNDP 2010).",
    ),
    Explanation(
        "points-lost",
        _("Points lost"),
        _(
            "What a result took from the score. All points lost add up to 1 minus the score, so they "
            "say what to mend first."
        ),
        _(
            "The logarithmic loss of each dimension is shared out over its results "
            "by what each of them failed."
        ),
    ),
    Explanation(
        "coverage",
        _("Coverage"),
        _(
            "The share of the score's weights that could be measured. At 60 %, the score says nothing "
            "about the rest."
        ),
        _("Σ w of the measured dimensions / Σ w of all, less the part of each whose checks broke."),
    ),
    Explanation(
        "validity-coverage",
        _("Columns checked"),
        _(
            "The share of the columns with at least one check of whether values are valid. A score is "
            "no better than this."
        ),
    ),
    Explanation(
        "average-quality",
        _("Average quality"),
        _(
            "The mean of the newest scores of all sources in use. While the newest run of a source "
            "failed, its last score counts."
        ),
        _("Σ score / number of sources that have one; the change is against the same mean seven days ago."),
    ),
    Explanation(
        "missing",
        _("Missing"),
        _("Empty cells, cells of blanks only, NULL, and words that the source lists as missing, such as NA."),
        _("missing / rows"),
    ),
    Explanation(
        "invalid", _("Invalid"), _("Values that are there, but do not read as the type of their column.")
    ),
    Explanation(
        "distinct",
        _("Distinct"),
        _("How many different values there are. Exact; where parts were merged, its margin is told."),
    ),
    Explanation(
        "duplicates",
        _("Duplicate rows"),
        _("Rows that equal an earlier row in every column. The first of them does not count."),
    ),
    Explanation(
        "quantile",
        _("Median and quantiles"),
        _("Half of the values are at or under the median; 25 % are at or under the 0.25 quantile."),
        source="Linear between neighbours: definition 7 of Hyndman & Fan 1996.",
    ),
    Explanation(
        "outliers",
        _("Outliers"),
        _(
            "Values far outside the middle half of a column. Skewed columns have some by nature, so "
            "alerts are made from k = 3 only."
        ),
        _("beyond Q1 - k (Q3 - Q1) or Q3 + k (Q3 - Q1); k = 1.5 is outside, k = 3 is far out"),
        "Tukey, Exploratory Data Analysis, 1977.",
    ),
    Explanation(
        "band",
        _("Expected band"),
        _(
            "Where a number lies if this run is like earlier ones. Weekdays are compared with the same "
            "weekday where that matters."
        ),
        _("median ± s · 1.4826 · MAD of up to 30 earlier runs; s is 3, 4 or 6 by sensitivity"),
        "Median absolute deviation: Hampel 1974.",
    ),
)
DRIFT = (
    Explanation(
        "drifted",
        _("Drifted"),
        _("The difference from the reference is sure (the p-value) and large enough to matter (the effect)."),
    ),
    Explanation(
        "effect",
        _("Effect"),
        _(
            "How large a difference is, apart from how sure it is. With many rows any difference is "
            "sure; the effect says whether it matters. From 1, 2 and 4 times its floor on it is info, "
            "warning and critical."
        ),
    ),
    Explanation(
        "p-adjusted",
        _("p, adjusted"),
        _(
            "How likely a difference of this size is without drift, corrected for the number of columns"
            " that were looked at."
        ),
        _("p(i) m / i, made monotone, for the i-th smallest of m p-values"),
        "Benjamini & Hochberg 1995; several tests of a column are combined as in Liu & Xie 2020.",
    ),
    Explanation(
        "share-drifted",
        _("Columns drifted"),
        _("The share of the compared columns that drifted."),
        _("drifted / compared"),
    ),
    Explanation(
        "importance",
        _("Importance"),
        _(
            "How much the quality of the model suffers when the values of a feature are shuffled. Drift"
            " of an important feature is worth a look first."
        ),
        _("loss when shuffled, as a share of the loss of all features"),
        "Permutation importance: Breiman 2001.",
    ),
)
MODELS = (
    Explanation(
        "latency-p95",
        _("Latency, 95 %"),
        _(
            "19 of 20 answers took at most as long, of the newest 200 that were timed. Only the model "
            "is timed, not the network."
        ),
        _("the value of nearest rank 0.95 n"),
    ),
    Explanation(
        "roc-auc",
        _("ROC AUC"),
        _(
            "How likely a row of the class gets a higher probability than one of another class. 0.5 is "
            "guessing, 1 is perfect order."
        ),
        _("P(p of a hit > p of a miss) + ½ P(equal)"),
        "Hanley & McNeil 1982.",
    ),
    Explanation(
        "mae",
        _("MAE"),
        _("Mean absolute error: by how much a prediction is wrong on average, in the unit of the target."),
        _("Σ |predicted - actual| / n"),
    ),
    Explanation(
        "estimated",
        _("Estimated performance"),
        _(
            "How good predictions are likely to be before the truth is known. It cannot see that the "
            "same inputs have come to mean something else."
        ),
        _(
            "expected value of the metric if the calibrated probabilities hold (CBPE); a second model "
            "of the error for numbers (DLE)"
        ),
        "NannyML; for CBPE also arXiv 2401.08348.",
    ),
    Explanation(
        "realised",
        _("Realised performance"),
        _(
            "Measured on predictions whose truth is known by now, "
            "with the range that is right 19 times of 20."
        ),
    ),
)


@cache
def sections() -> list[Section]:
    """Everything that is explained, in the order of the pages."""
    return [
        Section(_("Data quality"), list(QUALITY)),
        Section(_("Drift"), list(DRIFT)),
        Section(_("Models"), list(MODELS)),
        Section(_("Drift methods"), [_of(method, "drift") for method in METHODS]),
        Section(_("Checks"), [_of(check, "check") for check in CHECKS]),
    ]


def explanation(key: str) -> Explanation:
    """Raises KeyError for what is not explained."""
    return _by_key()[key]


def matching(text: str) -> list[Explanation]:
    """The first few whose name has the text in it."""
    wanted = text.lower()
    return [one for one in _all() if wanted in str(one.label).lower()][:MOST_FOUND]


@cache
def _by_key() -> dict[str, Explanation]:
    return {one.key: one for one in _all()}


def _all() -> Iterator[Explanation]:
    return (one for section in sections() for one in section.explanations)


def _of(strategy: Any, kind: str) -> Explanation:
    """From the docstring of a check or method; what it says about its source stands apart."""
    told, _, source = " ".join(_paragraphs(strategy)).replace("``", "").partition(" Source: ")
    meaning = first_sentence(strategy)
    details = told.removeprefix(meaning).strip()
    return Explanation(f"{kind}-{strategy.key}", strategy.label, meaning, source=source, details=details)


def first_sentence(strategy: Any) -> str:
    """What a check or method is, in one sentence."""
    return next(iter(_paragraphs(strategy))).replace("``", "")


def _paragraphs(strategy: Any) -> Iterable[str]:
    text = inspect.getdoc(type(strategy)) or ""
    return (" ".join(part.split()) for part in text.split("\n\n") if not part.startswith(">>>"))
