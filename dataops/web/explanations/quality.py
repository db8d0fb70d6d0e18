"""Numbers about data."""

from dataops.web.explanations.base import Explanation
from dataops.web.words import lazy as _

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
    Explanation(
        "source-state",
        _("State of a source"),
        _(
            "Failing: the newest run failed, or its score is under the limit of the source. Degraded: "
            "the score is fine, and a check fails. Healthy: neither. Unknown: there is no score yet."
        ),
        _("the newest finished run: failed or score < limit; a result fails or breaks; else"),
    ),
    Explanation(
        "rows",
        _("Rows"),
        _(
            "Records that were loaded. Those that were rejected or blank, and the lines before and "
            "after the table, are counted apart, and together they are all records."
        ),
        _("records - rejected - blank - preamble - footer"),
    ),
    Explanation(
        "columns",
        _("Columns"),
        _("Columns of the data as it was read, those without any value included."),
    ),
    Explanation(
        "least-greatest",
        _("Least and greatest"),
        _("The smallest and the largest value. Texts are put in order by their characters."),
    ),
    Explanation(
        "mean",
        _("Mean"),
        _(
            "The middle by weight: far values pull it, which they do not the median. Missing and "
            "infinite values do not count."
        ),
        _("Σ x / n"),
        source="Chan, Golub & LeVeque 1983 for parts that are merged.",
    ),
    Explanation(
        "std",
        _("Standard deviation"),
        _("How far values lie from the mean, in their own unit."),
        _("√(Σ (x - mean)² / (n - 1))"),
        source="Chan, Golub & LeVeque 1983 for parts that are merged.",
    ),
    Explanation(
        "frequent",
        _("Most frequent values"),
        _("The values that stand in most rows, and in which share of all rows each stands."),
        _("rows with the value / rows"),
    ),
    Explanation(
        "failed",
        _("Failed"),
        _(
            "How many of the values or rows that a check looked at broke it. A check of the whole "
            "table counts as one."
        ),
        _("failed / looked at"),
    ),
    Explanation(
        "score-fixed",
        _("Score if fixed"),
        _("What the score would be if nothing of this had failed, and all else were as it is."),
        _("the formula of the score, with this as passed"),
    ),
    Explanation(
        "limit",
        _("Limit of a score"),
        _("An alert opens when a run scores less. A source has its own limit, or the one of the settings."),
    ),
)
