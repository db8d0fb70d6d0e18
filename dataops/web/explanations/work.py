"""Numbers about jobs."""

from dataops.web.explanations.base import Explanation
from dataops.web.words import lazy as _

WORK = (
    Explanation(
        "jobs",
        _("Jobs running"),
        _(
            "Work at hand: checks of data, drift checks, deployments, files of predictions. What is "
            "queued begins when a worker is free."
        ),
        _("rows of jobs that are running; that are queued"),
    ),
    Explanation(
        "lately",
        _("Checks in 24 h"),
        _(
            "Checks of data that were asked for in the last 24 hours and are over, with the failed "
            "ones of them; alerts that opened, and predictions made, in that time."
        ),
    ),
)
