"""The numbers on top of the dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from dashboard.selectors.concerns import SEVERITIES as MILDEST_FIRST
from dashboard.selectors.standing import ModelStanding, SourceStanding, Workload
from dataops.web.templatetags.ui import decimal, number
from dataops.web.words import lazy as _

SEVERITIES = tuple(reversed(MILDEST_FIRST))


@dataclass(frozen=True, slots=True)
class Tile:
    """``state`` is shown as a pill, drift as loud as ``severity``; the value leads to ``url``.

    ``help`` is the key of an explanation.
    """

    label: str
    value: str
    hint: str
    url: str
    state: str = ""
    severity: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """Mean score of the sources that have one, now and seven days ago; None where there was none."""

    average: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        return None if self.average is None or self.before is None else self.average - self.before


def quality_of(sources: Sequence[SourceStanding]) -> Quality:
    return Quality(_mean([s.score for s in sources]), _mean([s.score_before for s in sources]))


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def counts_by_state(sources: Sequence[SourceStanding]) -> dict[str, int]:
    """Sources in each state, the worst first."""
    states = [source.state for source in sources]
    return {state: states.count(state) for state in ("failing", "degraded", "healthy", "unknown")}


def counts_by_drift(models: Sequence[ModelStanding]) -> dict[str, int]:
    """Models that drift, that do not, and that were never compared."""
    found = [model.drifted for model in models]
    return {"drifted": found.count(True), "stable": found.count(False), "unchecked": found.count(None)}


def tiles(
    sources: Sequence[SourceStanding],
    models: Sequence[ModelStanding],
    alerts: Mapping[str, int],
    work: Workload,
) -> list[Tile]:
    return [
        _sources(sources),
        _quality(sources),
        _models(models),
        _alerts(alerts),
        _jobs(work),
        _lately(work),
    ]


def _sources(sources: Sequence[SourceStanding]) -> Tile:
    counts = counts_by_state(sources)
    worst = next((state for state in ("failing", "degraded", "healthy") if counts[state]), "unknown")
    return Tile(_("Sources"), number(len(sources)), _list(counts), reverse("quality:source_list"), worst)


def _quality(sources: Sequence[SourceStanding]) -> Tile:
    quality = quality_of(sources)
    hint = _("no score a week ago")
    if quality.change is not None:
        sign = "+" if quality.change > 0 else ""
        hint = _("%(sign)s%(change)s in a week") % {"sign": sign, "change": decimal(quality.change)}
    return Tile(
        _("Average quality"),
        decimal(quality.average),
        hint,
        reverse("quality:source_list"),
        help="average-quality",
    )


def _models(models: Sequence[ModelStanding]) -> Tile:
    counts = counts_by_drift(models)
    state = next((state for state in ("drifted", "stable") if counts[state]), "unknown")
    found = {model.severity for model in models if model.drifted}
    worst = next((severity for severity in SEVERITIES if severity in found), "")
    return Tile(_("Models"), number(len(models)), _list(counts), reverse("models:model_list"), state, worst)


def _alerts(alerts: Mapping[str, int]) -> Tile:
    worst = next((severity for severity in SEVERITIES if alerts[severity]), "")
    hint = _list({severity: alerts[severity] for severity in SEVERITIES}) or _("nothing is open")
    return Tile(_("Open alerts"), number(sum(alerts.values())), hint, reverse("alerts:alert_list"), worst)


def _jobs(work: Workload) -> Tile:
    state = "running" if work.running else "queued" if work.queued else ""
    queue = _("%(queued)s queued") % {"queued": number(work.queued)}
    return Tile(_("Jobs running"), number(work.running), queue, reverse("settings:system"), state)


def _lately(work: Workload) -> Tile:
    counts = {"failed": work.failed_checks, "alerts": work.alerts, "predictions": work.predictions}
    return Tile(_("Checks in 24 h"), number(work.checks), _list(counts), reverse("quality:source_list"))


def _list(counts: Mapping[str, int]) -> str:
    """ "1 degraded · 2 healthy": only what there is."""
    return " · ".join(f"{number(count)} {gettext(name)}" for name, count in counts.items() if count)
