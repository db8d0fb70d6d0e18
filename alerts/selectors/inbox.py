"""What is in somebody's inbox."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet, Value
from django.utils import timezone

from alerts.models import Alert, Notice, Preference


@dataclass(frozen=True, slots=True)
class Frame:
    open_alerts: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Bell:
    """How many are unread; ``newest`` is the one to call out, None while there is none or hours are quiet."""

    unread: int
    newest: Notice | None


def inbox(person: Any, *, only_unread: bool = False) -> QuerySet[Notice]:
    """Their notices, newest first, with the alerts; one query."""
    mine = Notice.objects.of(person)
    return (mine.unread() if only_unread else mine).select_related("alert").order_by("-pk")


def unread_mark(person: Any) -> str:
    """Changes with what is unread; one indexed query."""
    found = Notice.objects.of(person).unread().aggregate(count=Count("pk"), newest=Max("pk"))
    return f"{found['count']}/{found['newest']}"


def frame(person: Any) -> Frame:
    """What the frame of every page counts; one query."""
    still_open = Alert.objects.unresolved().order_by().values(what=Value("open_alerts"))
    unread = Notice.objects.of(person).unread().order_by().values(what=Value("unread"))
    counts = (rows.annotate(count=Count("pk")).values_list("what", "count") for rows in (still_open, unread))
    return Frame(**dict(next(counts).union(next(counts), all=True)))


def bell(person: Any) -> Bell:
    """What the bell counts and calls out; one query while nothing is unread, three otherwise."""
    unread = Notice.objects.of(person).unread().count()
    if not unread:
        return Bell(0, None)
    newest = Notice.objects.of(person).unread().select_related("alert").first()
    wishes = Preference.objects.filter(person=person).first()
    if newest and wishes and wishes.quiet_until(timezone.now(), newest.severity):
        return Bell(unread, None)
    return Bell(unread, newest)
