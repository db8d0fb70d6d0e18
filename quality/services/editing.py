"""A source with its connection and schedule, made or changed as one thing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from dataops.web.words import lazy as _
from quality.enums import Importance
from quality.models import DataSource
from quality.services.connecting import connect_source
from quality.services.schedules import set_schedule
from quality.services.sources import create_source, update_source

NO_SCHEDULE = {"cron": "", "every_minutes": None, "paused": False, "expect_cron": ""}
LEFT_OUT: Any = object()


@transaction.atomic
def open_source(*, by: Any, schedule: Any = LEFT_OUT, **fields: Any) -> DataSource:
    """A new source, scheduled if asked. Raises ValidationError with a message per field."""
    source = create_source(by=by, **fields)
    if schedule not in (LEFT_OUT, None):
        set_schedule(source, by=by, **schedule)
    return source


@transaction.atomic
def edit_source(
    source: DataSource, *, by: Any, config: Any = LEFT_OUT, schedule: Any = LEFT_OUT, **fields: Any
) -> DataSource:
    """Change what is given; a schedule of None takes it away. Raises ValidationError."""
    if fields.pop("kind", source.kind) != source.kind:
        raise ValidationError({"kind": _("A source keeps its kind; make a new source for another one.")})
    if fields:
        update_source(source, by=by, **fields)
    if config is not LEFT_OUT:
        connect_source(source, config=config, by=by)
    if schedule is not LEFT_OUT:
        set_schedule(source, by=by, **(NO_SCHEDULE if schedule is None else schedule))
    return source


def clean_importance(given: Any) -> dict[str, str]:
    """The importance by column as it is stored: what is normal is left out. Raises ValidationError."""
    if not isinstance(given, dict):
        raise ValidationError({"importance": 'Give an object such as {"email": "high"}.'})
    wrong = sorted(name for name, value in given.items() if value not in Importance.values)
    if wrong:
        allowed = ", ".join(Importance.values)
        raise ValidationError(
            {
                "importance": _("Column %(name)s: give one of %(known)s.")
                % {"name": f"{wrong[0]!r}", "known": allowed}
            }
        )
    return {name: value for name, value in given.items() if value != Importance.NORMAL}
