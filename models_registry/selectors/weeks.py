"""The weeks, Monday to Sunday in UTC, that predictions and their quality are told by."""

from datetime import UTC, datetime, timedelta
from itertools import dropwhile

from django.db.models import Count, OuterRef, Subquery

from models_registry.models import Model, Prediction

WEEKS_SHOWN = 26
DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


def week_of(moment: datetime) -> datetime:
    """The Monday, 00:00 UTC, that starts the week of ``moment``."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def predictions_by_week(model: Model, until: datetime) -> list[tuple[datetime, int]]:
    """(Monday, predictions) of the 26 weeks up to that of ``until``, from the first with any; one query.

    Each week is counted by a range of the index: grouping by a truncated date would read every row.
    """
    newest = week_of(until)
    starts = [newest - number * WEEK for number in reversed(range(WEEKS_SHOWN))]
    mine = Prediction.objects.filter(model=OuterRef("pk")).order_by().values("model")

    def counted(start: datetime) -> Subquery:
        week = mine.filter(predicted_at__gte=start, predicted_at__lt=start + WEEK)
        return Subquery(week.annotate(found=Count("pk")).values("found"))

    counts = Model.objects.filter(pk=model.pk).values_list(*map(counted, starts)).get()
    weeks = [(start, count or 0) for start, count in zip(starts, counts, strict=True)]
    return list(dropwhile(lambda week: not week[1], weeks))
