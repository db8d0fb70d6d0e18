"""Is something wrong, where, since when, and who is on it: one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.selectors.concerns import Concern
from dashboard.selectors.standing import ModelStanding, SourceStanding

WORDS = {"failing": "is failing", "degraded": "is degraded", "drifted": "is drifting"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state`` is ok, unknown, or the severity of the worst concern; ``others`` need attention too."""

    state: str
    sentence: str
    worst: Concern | None = None
    others: int = 0

    @property
    def what(self) -> str:
        """What is wrong with the worst, in words."""
        return what_is_wrong(self.worst) if self.worst else ""

    @property
    def tone(self) -> str:
        return {"ok": "ok", "warning": "warn", "critical": "bad"}.get(self.state, "")

    @property
    def icon(self) -> str:
        return {"ok": "pass", "warning": "warn", "critical": "error"}.get(self.state, "info")


def verdict(
    concerns: Sequence[Concern], sources: Sequence[SourceStanding], models: Sequence[ModelStanding]
) -> Verdict:
    """``concerns`` come with the worst first."""
    if concerns:
        worst, others = concerns[0], len(concerns) - 1
        return Verdict(worst.severity, _trouble(worst, others), worst, others)
    if not sources and not models:
        return Verdict("unknown", "Nothing is watched yet.")
    unseen = sum(s.score is None for s in sources) + sum(m.drifted is None for m in models)
    return Verdict("ok" if unseen < len(sources) + len(models) else "unknown", _peace(sources, models))


def what_is_wrong(concern: Concern) -> str:
    """ "is failing", "is drifting", "has an open alert"."""
    return WORDS.get(concern.state) or ("has open alerts" if concern.alerts > 1 else "has an open alert")


def _trouble(worst: Concern, others: int) -> str:
    since = f" since {worst.since:%d %b %Y %H:%M} UTC" if worst.since else ""
    who = f"{worst.who} is on it." if worst.who else "Nobody is on it yet."
    more = f" {others} more {'needs' if others == 1 else 'need'} attention." if others else ""
    return f"{worst.name} {what_is_wrong(worst)}{since}: {worst.reason}. {who}{more}"


def _peace(sources: Sequence[SourceStanding], models: Sequence[ModelStanding]) -> str:
    healthy = sum(source.state == "healthy" for source in sources)
    stable = sum(model.drifted is False for model in models)
    said = [
        f"{healthy} of {_count(len(sources), 'source')} healthy" if sources else "",
        f"{stable} of {_count(len(models), 'model')} without drift" if models else "",
        "no open alerts",
    ]
    return f"Nothing needs attention: {', '.join(part for part in said if part)}."


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
