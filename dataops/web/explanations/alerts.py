"""Numbers about alerts and how people deal with them."""

from dataops.web.explanations.base import Explanation
from dataops.web.words import lazy as _

ALERTS = (
    Explanation(
        "severity",
        _("Severity"),
        _(
            "How much an alert matters: critical needs somebody now, warning soon, info is good to "
            "know. It comes from the check, or from the size of the drift; a policy may set another."
        ),
    ),
    Explanation(
        "value-limit",
        _("Value and limit"),
        _("What was measured when the alert was last reported, and from where on that is bad."),
    ),
    Explanation(
        "seen",
        _("Seen"),
        _("How many reports have said so since the alert opened."),
    ),
    Explanation(
        "opened",
        _("Opened and resolved"),
        _(
            "How often alerts opened in this time, and how many of these are over. An alert that "
            "comes back opens once more."
        ),
    ),
    Explanation(
        "mtta",
        _("To acknowledge (MTTA)"),
        _(
            "How long it took until somebody took an alert on: half of them at most this long. A "
            "median, as one forgotten over a holiday says nothing about the others."
        ),
        _("median and 0.9 quantile of acknowledged - opened"),
    ),
    Explanation(
        "mttr",
        _("To its end (MTTR)"),
        _(
            "How long it took until an alert was over, by a good run or by somebody: half of them at "
            "most this long."
        ),
        _("median and 0.9 quantile of resolved - opened"),
    ),
    Explanation(
        "by-itself",
        _("Ended by themselves"),
        _("The share of what is over that nobody had to act on."),
        _("recovered, removed or no longer looked at / resolved"),
    ),
    Explanation(
        "not-useful",
        _("Not useful"),
        _("The share of what is over that people resolved as a false alarm or as expected."),
        _("resolved so / resolved"),
    ),
    Explanation(
        "flapping",
        _("Came and went"),
        _(
            "An alert flaps when its newest ten reports changed between good and bad at least four "
            "times. That is told once, and it ends after three good ones."
        ),
        _("changes in the newest 10 reports ≥ 4"),
    ),
    Explanation(
        "messages",
        _("Messages sent"),
        _("Messages about alerts that left for channels in this time."),
    ),
)
