"""Is something wrong, where, since when, and who is on it: one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from django.utils.formats import date_format
from django.utils.translation import ngettext

from dashboard.selectors.concerns import Concern, Concerns
from dashboard.selectors.standing import ModelStanding, SourceStanding
from dataops.web.words import lazy as _

WORDS = {"failing": _("is failing"), "degraded": _("is degraded"), "drifted": _("is drifting")}


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
    concerns: Concerns, sources: Sequence[SourceStanding], models: Sequence[ModelStanding]
) -> Verdict:
    if concerns.worst:
        worst, others = concerns.worst[0], concerns.count - 1
        return Verdict(worst.severity, _trouble(worst, others), worst, others)
    if not sources and not models:
        return Verdict("unknown", _("Nothing is watched yet."))
    unseen = sum(s.score is None for s in sources) + sum(m.drifted is None for m in models)
    return Verdict("ok" if unseen < len(sources) + len(models) else "unknown", _peace(sources, models))


def what_is_wrong(concern: Concern) -> str:
    """ "is failing", "is drifting", "has an open alert"."""
    return WORDS.get(concern.state) or (
        _("has open alerts") if concern.alerts > 1 else _("has an open alert")
    )


def _trouble(worst: Concern, others: int) -> str:
    at = date_format(worst.since.astimezone(UTC), "DATETIME_FORMAT") if worst.since else ""
    since = _(" since %(since)s UTC") % {"since": at} if at else ""
    who = _("%(who)s is on it.") % {"who": worst.who} if worst.who else _("Nobody is on it yet.")
    more = ngettext("%(others)s more needs attention.", "%(others)s more need attention.", others)
    said = [f"{worst.name} {what_is_wrong(worst)}{since}: {worst.reason}.", str(who)]
    return " ".join([*said, more % {"others": others}] if others else said)


def _peace(sources: Sequence[SourceStanding], models: Sequence[ModelStanding]) -> str:
    healthy = sum(source.state == "healthy" for source in sources)
    stable = sum(model.drifted is False for model in models)
    of_sources = ngettext(
        "%(healthy)s of %(total)s source healthy", "%(healthy)s of %(total)s sources healthy", len(sources)
    )
    of_models = ngettext(
        "%(stable)s of %(total)s model without drift",
        "%(stable)s of %(total)s models without drift",
        len(models),
    )
    said = [of_sources % {"healthy": healthy, "total": len(sources)}] if sources else []
    said += [of_models % {"stable": stable, "total": len(models)}] if models else []
    return _("Nothing needs attention: %(said)s.") % {"said": ", ".join([*said, str(_("no open alerts"))])}
