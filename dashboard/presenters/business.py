"""The business report: the same facts as the dashboard, for people who do not know its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from dashboard.selectors.business import OWNER, Area, areas
from dashboard.selectors.periods import period
from dashboard.selectors.standing import ModelStanding, SourceStanding, model_standings, source_standings
from dataops.web.templatetags.ui import hundredths, number
from dataops.web.words import lazy as _

DAYS = 7
MOST_NAMED = 3
GRADES = (("ok", _("In order")), ("warn", _("Mostly in order")), ("bad", _("Needs attention")))


@dataclass(frozen=True, slots=True)
class Card:
    """``points`` of 100; ``tone`` is ok, warn or bad, or muted where nothing is known yet.

    ``url`` lists the sources and ``alerts_url`` their alerts, where a filter knows them.
    """

    area: Area
    url: str
    alerts_url: str
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
        cards=[_card(area, by) for area in areas(by, sources, period(DAYS))],
    )


def letter(by: str) -> dict[str, Any]:
    """The report as a letter of the alerts room takes it."""
    made = report(by)
    return {
        "intro": [str(text) for text in (made.headline, made.models) if text],
        "rows": [
            {
                "id": f"area-{place}",
                "title": f"{card.area.name}: {card.grade}",
                "value": _("%(points)s of 100") % {"points": card.points},
                "text": f"{card.text} {card.trend}",
                "history": card.area.daily,
                "threshold": None,
            }
            for place, card in enumerate(made.cards, start=1)
        ],
        "path": f"{reverse('dashboard:report')}?by={by}",
        "link": str(_("The whole report")),
    }


def _headline(sources: Sequence[SourceStanding]) -> str:
    if not sources:
        return _("No data is watched yet.")
    fine, total = sum(not source.is_troubled for source in sources), len(sources)
    if fine == total:
        said = ngettext(
            "All %(total)s data source are in order.",
            "All %(total)s data sources are in order.",
            total,
        )
        return said % {"total": number(total)}
    if not fine:
        return _("No data source is in order.")
    said = ngettext(
        "%(fine)s of %(sources)s is in order.",
        "%(fine)s of %(sources)s are in order.",
        fine,
    )
    return said % {"fine": number(fine), "sources": _sources(total)}


def _models(models: Sequence[ModelStanding]) -> str:
    drifting = sum(model.drifted is True for model in models)
    if not models:
        return ""
    if not drifting:
        return _("Every model gets data like that it has learned from.")
    said = ngettext(
        "%(drifting)s of %(models)s gets data unlike what was learned from; answers may be worse than usual.",
        "%(drifting)s of %(models)s get data unlike what was learned from; answers may be worse than usual.",
        drifting,
    )
    total = ngettext("%(total)s model", "%(total)s models", len(models)) % {"total": number(len(models))}
    return said % {"drifting": number(drifting), "models": total}


def _card(area: Area, by: str) -> Card:
    tone, grade = _grade(area)
    query = f"?{urlencode({by: area.key})}" if area.key else ""
    url = f"{reverse('quality:source_list')}{query}"
    # Alerts know who answers for what they are about, and no tags.
    alerts_url = (
        f"{reverse('alerts:alert_list')}{query}&subject_type=source" if by == OWNER and query else url
    )
    return Card(area, url, alerts_url, hundredths(area.score), tone, grade, _text(area), _trend(area))


def _grade(area: Area) -> tuple[str, str]:
    if area.score is None:
        return "muted", _("Not checked yet")
    share = len(area.troubled) / len(area.sources)
    return GRADES[0 if not share else 1 if share <= 0.2 else 2]


def _text(area: Area) -> str:
    bad = area.troubled
    if not bad:
        return _("%(sources)s, nothing to do.") % {"sources": _sources(len(area.sources))}
    names = ", ".join(source.name for source in bad[:MOST_NAMED])
    if len(bad) > MOST_NAMED:
        names = _("%(names)s and %(more)s more") % {"names": names, "more": number(len(bad) - MOST_NAMED)}
    said = ngettext(
        "%(bad)s of %(sources)s needs attention: %(names)s.",
        "%(bad)s of %(sources)s need attention: %(names)s.",
        len(bad),
    )
    return said % {"bad": number(len(bad)), "sources": _sources(len(area.sources)), "names": names}


def _trend(area: Area) -> str:
    """Against a week ago, in points of 100."""
    if area.score is None or area.before is None:
        return _("There is no week before to compare with.")
    points = round(100 * (area.score - area.before))
    if not points:
        return _("As good as a week ago.")
    if points > 0:
        said = ngettext(
            "%(points)s point better than a week ago.", "%(points)s points better than a week ago.", points
        )
    else:
        said = ngettext(
            "%(points)s point worse than a week ago.", "%(points)s points worse than a week ago.", -points
        )
    return said % {"points": number(abs(points))}


def _sources(count: int) -> str:
    return ngettext("%(count)s data source", "%(count)s data sources", count) % {"count": number(count)}
