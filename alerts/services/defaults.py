"""What a fresh installation starts with: somebody is told, and not of what passes by itself."""

from django.db import transaction

from alerts.enums import Severity
from alerts.models import Channel, Policy, Route
from dataops.web import audit
from dataops.web.models import AuditEvent
from dataops.web.runs import Trigger

DEFAULT_CHANNEL = "E-mail to administrators"
DEFAULT_ROUTE = "Everything by e-mail"
MADE = "alerts.defaults_made"
LAST = 900
"""Where the installed policies stand: any that somebody makes is asked before them."""


@transaction.atomic
def ensure_defaults() -> None:
    """The first channel, route and policies; never a second time, lest what was deleted comes back."""
    if _set_up_before():
        return
    channel = Channel.objects.create(name=DEFAULT_CHANNEL, kind="email", config={"recipients": []})
    Route.objects.create(name=DEFAULT_ROUTE).channels.set([channel])
    Policy.objects.bulk_create(_policies())
    audit.record(MADE, by=None)


def _set_up_before() -> bool:
    if AuditEvent.objects.filter(action=MADE).exists():
        return True
    return any(rows.exists() for rows in (Channel.objects, Route.objects, Policy.objects))


def _policies() -> list[Policy]:
    """docs/decisions/0014 says why."""
    return [
        Policy(
            name="Critical: at once",
            position=LAST,
            match={"severity_at_least": Severity.CRITICAL},
            reason="What is critical does not wait for a second run.",
        ),
        Policy(
            name="Scheduled runs: 2 bad among 3",
            position=LAST + 10,
            match={"trigger": Trigger.SCHEDULE},
            open_after=2,
            open_within=3,
            reason="The next run comes by itself and tells whether it was a passing thing. Uploads, and runs"
            " that somebody asks for, are told at once: nobody knows when the next one comes.",
        ),
    ]
