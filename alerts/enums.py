"""The words of alerts; their values are stored and sent."""

from django.db import models

from dataops.web.words import lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("Info")
    WARNING = "warning", _("Warning")
    CRITICAL = "critical", _("Critical")

    @property
    def rank(self) -> int:
        """0 for the mildest; the database keeps the same number beside the word to sort by."""
        return list(Severity).index(self)


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    OPEN = "open", _("Open")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    RESOLVED = "resolved", _("Resolved")


UNRESOLVED = (Status.OPEN, Status.ACKNOWLEDGED)


class Substatus(models.TextChoices):
    """How what is open stands, told from its times; ``models.substatus`` says when it is which."""

    NEW = "new", _("New")
    REGRESSED = "regressed", _("Came back")
    ESCALATING = "escalating", _("Getting worse")
    ONGOING = "ongoing", _("Ongoing")


class Resolution(models.TextChoices):
    """Why an alert is over; the first four are found out by the product, the others said by people."""

    RECOVERED = "recovered", _("Recovered by itself")
    CLEARED = "cleared", _("Cleared before it opened")
    SUBJECT_REMOVED = "subject_removed", _("Subject was removed")
    NOT_EVALUATED = "not_evaluated", _("Not evaluated any more")
    FIXED = "fixed", _("Fixed")
    EXPECTED = "expected", _("Expected, nothing to mend")
    FALSE_POSITIVE = "false_positive", _("False positive")
    OTHER = "other", _("Other")


_BY_ITSELF = (
    Resolution.RECOVERED,
    Resolution.CLEARED,
    Resolution.SUBJECT_REMOVED,
    Resolution.NOT_EVALUATED,
)
BY_PEOPLE = [choice for choice in Resolution.choices if choice[0] not in _BY_ITSELF]


class SubjectType(models.TextChoices):
    SOURCE = "source", _("Data source")
    MODEL = "model", _("Model")
    SYSTEM = "system", _("System")


class EventKind(models.TextChoices):
    PENDING = "pending", _("Pending")
    CLEARED = "cleared", _("Cleared before it opened")
    FLAPPING = "flapping", _("Comes and goes")
    OPENED = "opened", _("Opened")
    ESCALATED = "escalated", _("Escalated")
    EASED = "eased", _("Less severe")
    REOPENED = "reopened", _("Reopened")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    LAPSED = "lapsed", _("Acknowledgement ran out")
    ASSIGNED = "assigned", _("Assigned")
    RESOLVED = "resolved", _("Resolved")
    COMMENTED = "commented", _("Commented")
    SNOOZED = "snoozed", _("Snoozed")
    WOKEN = "woken", _("Snooze ended")
    HELD = "held", _("Held back")
    TOLD = "told", _("Told again")
    CALLED = "called", _("Told more people")
    UNDELIVERED = "undelivered", _("Not delivered")

    @property
    def icon(self) -> str:
        """Its drawing in the sprite."""
        return _EVENT_ICONS[self]


_EVENT_ICONS = {
    EventKind.PENDING: "queued",
    EventKind.CLEARED: "check",
    EventKind.FLAPPING: "activity",
    EventKind.OPENED: "alerts",
    EventKind.ESCALATED: "up",
    EventKind.EASED: "down",
    EventKind.REOPENED: "history",
    EventKind.ACKNOWLEDGED: "eye",
    EventKind.LAPSED: "alerts",
    EventKind.ASSIGNED: "user",
    EventKind.RESOLVED: "check",
    EventKind.COMMENTED: "comment",
    EventKind.SNOOZED: "moon",
    EventKind.WOKEN: "alerts",
    EventKind.HELD: "moon",
    EventKind.TOLD: "mail",
    EventKind.CALLED: "up",
    EventKind.UNDELIVERED: "mail",
}


class Reason(models.TextChoices):
    """Why a message goes out, the most pressing first."""

    OPENED = "opened", _("Opened")
    REOPENED = "reopened", _("Reopened")
    ESCALATED = "escalated", _("Escalated")
    FLAPPING = "flapping", _("Comes and goes")
    LAPSED = "lapsed", _("Acknowledged too long ago")
    ACKNOWLEDGED = "acked", _("Acknowledged")
    UNANSWERED = "unanswered", _("Not acknowledged in time")
    HELD_BACK = "held_back", _("Held back until now")
    REMINDER = "reminder", _("Reminder")
    ASSIGNED = "assigned", _("Assigned")
    COMMENTED = "commented", _("Commented")
    RESOLVED = "resolved", _("Resolved")
    DIGEST = "digest", _("Digest")
    SUMMARY = "summary", _("Summary of many")
    TEST = "test", _("Test")


class NotificationState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    RETRY = "retry", _("Will try again")
    DEAD = "dead", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")
    FOLDED = "folded", _("Told in another")


WAITING = (NotificationState.PENDING, NotificationState.RETRY)
UNFINISHED = (*WAITING, NotificationState.SENDING)
RETRYABLE = (NotificationState.RETRY, NotificationState.DEAD, NotificationState.CANCELLED)


class AttemptOutcome(models.TextChoices):
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused for good")
    LOST = "lost", _("Interrupted")


class Digest(models.TextChoices):
    NONE = "", _("Never: each at once")
    HOURLY = "hourly", _("every hour")
    DAILY = "daily", _("every day")


class Repeat(models.TextChoices):
    ONCE = "once", _("Once")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


class MailWhen(models.TextChoices):
    NOW = "now", _("At once")
    DAILY = "daily", _("In the daily summary")
    NEVER = "never", _("Not by mail")


class InAppFrom(models.TextChoices):
    """The mildest severity that comes into the inbox."""

    INFO = "info", _("Everything")
    WARNING = "warning", _("Warning and critical")
    CRITICAL = "critical", _("Critical only")
    NEVER = "never", _("Nothing")


class Side(models.TextChoices):
    WATCH = "watch", _("Watched")
    MUTE = "mute", _("Muted")
