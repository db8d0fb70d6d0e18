"""Numbers about what changed."""

from dataops.web.explanations.base import Explanation
from dataops.web.words import lazy as _

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
    Explanation(
        "threshold",
        _("Threshold"),
        _(
            "The least effect that matters: the floor of the method, times the factor that the policy "
            "gives the column. Under it a difference is no drift, however sure."
        ),
        _("floor of the method · factor of the column"),
    ),
    Explanation(
        "statistic",
        _("Statistic"),
        _(
            "What the method of the column measured. It grows with the rows for some methods, so "
            "compare effects, which do not."
        ),
    ),
    Explanation(
        "detectable",
        _("Detectable shift"),
        _(
            "The smallest shift that windows of this size would show in 4 of 5 cases. What is smaller "
            "may be there, unseen."
        ),
        _("(√(-ln(α / 2) / 2) + z(0.8) / 2) / √(n m / (n + m)), a distance of Kolmogorov and Smirnov"),
        source="Two-sample test of Smirnov 1948; power by the normal approximation.",
    ),
    Explanation(
        "told-apart",
        _("Told apart by whole rows"),
        _(
            "How well a classifier tells rows of the window from rows of the reference. 0.5 is "
            "guessing: they cannot be told apart."
        ),
        _("AUC of the classifier on rows that it has not seen"),
        source="Classifier two-sample tests: Lopez-Paz & Oquab 2017.",
    ),
    Explanation(
        "rows-moved",
        _("Rows moved"),
        _("The share of the rows of a segment that moved to other values, less what chance moves."),
        _("½ Σ |share now - share before| over groups of values, less its expectation without drift"),
    ),
    Explanation(
        "lost",
        _("Lost"),
        _("By which part of what it was before a metric got worse."),
        _("(before - now) / before, with the sign of better and worse"),
    ),
)
