"""The heat map of quality: a square for each source and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from dashboard.selectors.calendar import Cell, Row
from dashboard.selectors.periods import Period
from dashboard.selectors.standing import SourceStanding
from dataops.web.looks import score_look
from dataops.web.templatetags.ui import hundredths, score


@dataclass(frozen=True, slots=True)
class Square:
    """What the last check of the day scored, in hundredths; all empty on a day without one."""

    url: str = ""
    text: str = ""
    tone: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    source: SourceStanding
    squares: list[Square]


@dataclass(frozen=True, slots=True)
class HeatMap:
    days: list[date]
    lines: list[Line]


BLANK = Square()


def heat_map(over: Period, rows: Sequence[Row]) -> HeatMap:
    """Days are those of UTC, wherever it is looked at."""
    days = [start.date() for start in over.starts]
    said = [date_format(day, "MONTH_DAY_FORMAT") for day in days]
    return HeatMap(days, [Line(row.source, _squares(row, said)) for row in rows])


def _squares(row: Row, days: Sequence[str]) -> list[Square]:
    return [_square(row.source, cell, day) for cell, day in zip(row.cells, days, strict=True)]


def _square(source: SourceStanding, cell: Cell, day: str) -> Square:
    if cell.run is None:
        return BLANK
    tone = score_look(cell.score, source.alert_below, source.critical_below).tone
    return Square(cell.url, hundredths(cell.score), tone, f"{source.name}, {day}: {score(cell.score)}")
