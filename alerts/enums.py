"""The words of alerts; their values are stored and sent."""

from django.db import models


class Severity(models.TextChoices):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the mildest; the database keeps the same number beside the word to sort by."""
        return list(Severity).index(self)


class Status(models.TextChoices):
    PENDING = "pending"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


UNRESOLVED = (Status.OPEN, Status.ACKNOWLEDGED)


class Substatus(models.TextChoices):
    """How what is open stands, told from its times; ``models.substatus`` says when it is which."""

    NEW = "new"
    REGRESSED = "regressed", "Came back"
    ESCALATING = "escalating", "Getting worse"
    ONGOING = "ongoing"


class Resolution(models.TextChoices):
    """Why an alert is over; the first four are found out by the product, the others said by people."""

    RECOVERED = "recovered", "Recovered by itself"
    CLEARED = "cleared", "Cleared before it opened"
    SUBJECT_REMOVED = "subject_removed", "Subject was removed"
    NOT_EVALUATED = "not_evaluated", "Not evaluated any more"
    FIXED = "fixed", "Fixed"
    EXPECTED = "expected", "Expected, nothing to mend"
    FALSE_POSITIVE = "false_positive", "False positive"
    OTHER = "other", "Other"


_BY_ITSELF = (
    Resolution.RECOVERED,
    Resolution.CLEARED,
    Resolution.SUBJECT_REMOVED,
    Resolution.NOT_EVALUATED,
)
BY_PEOPLE = [choice for choice in Resolution.choices if choice[0] not in _BY_ITSELF]


class SubjectType(models.TextChoices):
    SOURCE = "source", "Data source"
    MODEL = "model"
    SYSTEM = "system"


class EventKind(models.TextChoices):
    PENDING = "pending"
    CLEARED = "cleared", "Cleared before it opened"
    FLAPPING = "flapping", "Comes and goes"
    OPENED = "opened"
    ESCALATED = "escalated"
    EASED = "eased", "Less severe"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    LAPSED = "lapsed", "Acknowledgement ran out"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"
    COMMENTED = "commented"
    SNOOZED = "snoozed"
    WOKEN = "woken", "Snooze ended"
    HELD = "held", "Held back"
    TOLD = "told", "Told again"
    CALLED = "called", "Told more people"
    UNDELIVERED = "undelivered", "Not delivered"

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

    OPENED = "opened"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    FLAPPING = "flapping", "Comes and goes"
    LAPSED = "lapsed", "Acknowledged too long ago"
    ACKNOWLEDGED = "acked", "Acknowledged"
    UNANSWERED = "unanswered", "Not acknowledged in time"
    HELD_BACK = "held_back", "Held back until now"
    REMINDER = "reminder"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    RESOLVED = "resolved"
    DIGEST = "digest"
    SUMMARY = "summary", "Summary of many"
    TEST = "test"


class NotificationState(models.TextChoices):
    PENDING = "pending", "Waiting"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry", "Will try again"
    DEAD = "dead", "Given up"
    CANCELLED = "cancelled"
    FOLDED = "folded", "Told in another"


WAITING = (NotificationState.PENDING, NotificationState.RETRY)
UNFINISHED = (*WAITING, NotificationState.SENDING)
RETRYABLE = (NotificationState.RETRY, NotificationState.DEAD, NotificationState.CANCELLED)


class AttemptOutcome(models.TextChoices):
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused", "Refused for good"
    LOST = "lost", "Interrupted"


class Digest(models.TextChoices):
    NONE = "", "Never: each at once"
    HOURLY = "hourly", "every hour"
    DAILY = "daily", "every day"


class Repeat(models.TextChoices):
    ONCE = "once"
    DAILY = "daily", "every day"
    WEEKLY = "weekly", "every week"


class MailWhen(models.TextChoices):
    NOW = "now", "At once"
    DAILY = "daily", "In the daily summary"
    NEVER = "never", "Not by mail"


class InAppFrom(models.TextChoices):
    """The mildest severity that comes into the inbox."""

    INFO = "info", "Everything"
    WARNING = "warning", "Warning and critical"
    CRITICAL = "critical", "Critical only"
    NEVER = "never", "Nothing"


class Side(models.TextChoices):
    WATCH = "watch", "Watched"
    MUTE = "mute", "Muted"
