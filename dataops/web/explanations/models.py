"""Numbers about models at work."""

from dataops.web.explanations.base import Explanation
from dataops.web.words import lazy as _

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
    Explanation(
        "predictions",
        _("Predictions"),
        _(
            "Rows that the model answered, or that were handed in as answered elsewhere. A request "
            "may hold many; refused ones do not count."
        ),
    ),
    Explanation(
        "truth-known",
        _("Truth known"),
        _("Of how many predictions it is known by now what really happened."),
        _("predictions with their truth / all predictions"),
    ),
    Explanation(
        "refused",
        _("Refused and failed"),
        _("Requests that were refused for what was asked, and those that failed for a fault of ours."),
        _("refused / requests; failed / requests"),
    ),
    Explanation(
        "lift",
        _("Lift"),
        _("How many times likelier it happened among those with the highest probability than among all."),
        _("share of hits at the top / share of hits of all"),
    ),
)
