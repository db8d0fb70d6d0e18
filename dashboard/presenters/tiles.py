"""The numbers on top of the dashboard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext

from dashboard.selectors.concerns import SEVERITIES as MILDEST_FIRST
from dashboard.selectors.standing import ModelStanding, SourceStanding, Workload
from dataops.web.templatetags.ui import decimal, number
from dataops.web.words import lazy as _

SEVERITIES = tuple(reversed(MILDEST_FIRST))


@dataclass(frozen=True, slots=True)
class Part:
    """A number under the value of a tile; ``url`` is where that stands which it counts."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """``state`` is shown as a pill, drift as loud as ``severity``; the value leads to ``url``.

    ``help`` is the key of an explanation; ``hint`` is said where there are no ``parts``.
    """

    label: str
    value: str
    url: str
    help: str
    parts: list[Part] = field(default_factory=list)
    hint: str = ""
    state: str = ""
    severity: str = ""


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
    counts, listed = counts_by_state(sources), reverse("quality:source_list")
    worst = next((state for state in ("failing", "degraded", "healthy") if counts[state]), "unknown")
    parts = _parts(counts, lambda state: f"{listed}?state={state}")
    return Tile(_("Sources"), number(len(sources)), listed, "source-state", parts, state=worst)


def _quality(sources: Sequence[SourceStanding]) -> Tile:
    quality, listed = quality_of(sources), reverse("quality:source_list")
    value, parts = decimal(quality.average), []
    if quality.change is not None:
        sign = "+" if quality.change > 0 else ""
        said = _("%(sign)s%(change)s in a week") % {"sign": sign, "change": decimal(quality.change)}
        parts = [Part(said, f"{reverse('dashboard:home')}?show=quality&range=7d#trends")]
    return Tile(_("Average quality"), value, listed, "average-quality", parts, hint=_("no score a week ago"))


def _models(models: Sequence[ModelStanding]) -> Tile:
    counts, listed = counts_by_drift(models), reverse("models:model_list")
    state = next((state for state in ("drifted", "stable") if counts[state]), "unknown")
    found = {model.severity for model in models if model.drifted}
    worst = next((severity for severity in SEVERITIES if severity in found), "")
    parts = _parts(counts, lambda drift: f"{listed}?state={drift}")
    return Tile(_("Models"), number(len(models)), listed, "drifted", parts, state=state, severity=worst)


def _alerts(alerts: Mapping[str, int]) -> Tile:
    worst, listed = next((severity for severity in SEVERITIES if alerts[severity]), ""), _alert_list()
    counts = {severity: alerts[severity] for severity in SEVERITIES}
    parts = _parts(counts, lambda severity: f"{listed}?severity={severity}")
    total, nothing = number(sum(alerts.values())), _("nothing is open")
    return Tile(_("Open alerts"), total, listed, "severity", parts, hint=nothing, state=worst)


def _jobs(work: Workload) -> Tile:
    state = "running" if work.running else "queued" if work.queued else ""
    queue, listed = {"queued": number(work.queued)}, reverse("settings:jobs")
    parts = [Part(_("%(queued)s queued") % queue, listed)]
    return Tile(_("Jobs running"), number(work.running), listed, "jobs", parts, state=state)


def _lately(work: Workload) -> Tile:
    counts = {"failed": work.failed_checks, "alerts": work.alerts, "predictions": work.predictions}
    checks = f"{reverse('dashboard:home')}?activity=checks&shown=192#activity"
    found = {
        "failed": checks,
        "alerts": f"{_alert_list()}?status=all&age=day",
        "predictions": reverse("models:model_list"),
    }
    return Tile(_("Checks in 24 h"), number(work.checks), checks, "lately", _parts(counts, found.__getitem__))


def _alert_list() -> str:
    return reverse("alerts:alert_list")


def _parts(counts: Mapping[str, int], url_of: Callable[[str], str]) -> list[Part]:
    """ "1 degraded", "2 healthy": only what there is."""
    return [Part(f"{number(count)} {gettext(name)}", url_of(name)) for name, count in counts.items() if count]
