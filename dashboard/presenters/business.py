"""The business report: the same facts as the dashboard, for people who do not know its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dashboard.selectors.business import Area, areas
from dashboard.selectors.periods import period
from dashboard.selectors.standing import ModelStanding, SourceStanding, model_standings, source_standings
from dataops.web.templatetags.ui import hundredths, number

DAYS = 7
MOST_NAMED = 3
GRADES = (("ok", "In order"), ("warn", "Mostly in order"), ("bad", "Needs attention"))


@dataclass(frozen=True, slots=True)
class Card:
    """``points`` of 100; ``tone`` is ok, warn or bad, or muted where nothing is known yet."""

    area: Area
    points: str
    tone: str
    grade: str
    text: str
    trend: str


@dataclass(frozen=True, slots=True)
class Report:
    headline: str
    models: str
    cards: list[Card]


def report(by: str) -> Report:
    """Over the last seven days; five queries."""
    sources, models = source_standings(), model_standings()
    return Report(
        headline=_headline(sources),
        models=_models(models),
        cards=[_card(area) for area in areas(by, sources, period(DAYS))],
    )


def letter(made: Report) -> dict[str, Any]:
    """The report as a letter of the alerts room takes it."""
    return {
        "intro": [text for text in (made.headline, made.models) if text],
        "rows": [
            {
                "id": f"area-{place}",
                "title": f"{card.area.name}: {card.grade}",
                "value": f"{card.points} of 100",
                "text": f"{card.text} {card.trend}",
                "history": card.area.daily,
                "threshold": None,
            }
            for place, card in enumerate(made.cards, start=1)
        ],
        "path": reverse("dashboard:report"),
        "link": "The whole report",
    }


def _headline(sources: Sequence[SourceStanding]) -> str:
    if not sources:
        return "No data is watched yet."
    fine = sum(not source.is_troubled for source in sources)
    if fine == len(sources):
        return f"All {_count(fine, 'data source')} are in order."
    if not fine:
        return "No data source is in order."
    return f"{number(fine)} of {_count(len(sources), 'data source')} {'is' if fine == 1 else 'are'} in order."


def _models(models: Sequence[ModelStanding]) -> str:
    drifting = sum(model.drifted is True for model in models)
    if not models:
        return ""
    if not drifting:
        return "Every model gets data like that it has learned from."
    said = f"{number(drifting)} of {_count(len(models), 'model')} {'gets' if drifting == 1 else 'get'}"
    return f"{said} data unlike what was learned from; answers may be worse than usual."


def _card(area: Area) -> Card:
    tone, grade = _grade(area)
    return Card(area, hundredths(area.score), tone, grade, _text(area), _trend(area))


def _grade(area: Area) -> tuple[str, str]:
    if area.score is None:
        return "muted", "Not checked yet"
    share = len(area.troubled) / len(area.sources)
    return GRADES[0 if not share else 1 if share <= 0.2 else 2]


def _text(area: Area) -> str:
    bad = area.troubled
    if not bad:
        return f"{_count(len(area.sources), 'data source')}, nothing to do."
    names = ", ".join(source.name for source in bad[:MOST_NAMED])
    more = f" and {number(len(bad) - MOST_NAMED)} more" if len(bad) > MOST_NAMED else ""
    verb = "needs" if len(bad) == 1 else "need"
    return (
        f"{number(len(bad))} of {_count(len(area.sources), 'data source')} {verb} attention: {names}{more}."
    )


def _trend(area: Area) -> str:
    """Against a week ago, in points of 100."""
    if area.score is None or area.before is None:
        return "There is no week before to compare with."
    points = round(100 * (area.score - area.before))
    if not points:
        return "As good as a week ago."
    return f"{_count(abs(points), 'point')} {'better' if points > 0 else 'worse'} than a week ago."


def _count(count: int, noun: str) -> str:
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"
