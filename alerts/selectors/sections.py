"""Alerts that belong together, as a page shows them: one section for each root cause, or each run."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from alerts.models import Alert
from alerts.selectors.causes import Causes, Subject


@dataclass(frozen=True, slots=True)
class Section:
    """Alerts with one cause, the cause first if it is among them, else in the order they came.

    ``cause`` is the worst open alert at their root, None where nothing is known but that one run
    reported them. ``lead`` names the section: the cause, or the first of the run.
    """

    alerts: tuple[Alert, ...]
    cause: Alert | None = None

    @property
    def lead(self) -> Alert:
        return self.cause or self.alerts[0]

    @property
    def is_group(self) -> bool:
        """Whether there is something to say about it that its rows do not say."""
        return self.cause is not None or len(self.alerts) > 1

    @property
    def ticks(self) -> str:
        """The rows as a bulk action takes them."""
        return " ".join(f"{alert.pk}:{alert.version}" for alert in self.alerts)


def sections(alerts: Sequence[Alert]) -> list[Section]:
    """The rows of one page by what they follow from, in the order of their first rows.

    What is resolved follows from nothing any more; it stays with its run. As many queries as what
    depends on what has levels, none where nothing does; however many alerts there are.
    """
    causes = _causes_of(alerts)
    roots = {_subject(cause): cause for cause in causes.values()}
    gathered: dict[Hashable, list[Alert]] = defaultdict(list)
    for alert in alerts:
        cause = causes.get(alert.pk) or _own(roots, alert)
        gathered[_subject(cause) if cause else _run(alert)].append(alert)
    return [_section(rows, roots.get(key)) for key, rows in gathered.items()]  # type: ignore[call-overload]


def _causes_of(alerts: Iterable[Alert]) -> dict[int, Alert]:
    """Key of an unresolved alert -> the worst of what it follows from, for those that follow."""
    unresolved, causes = [alert for alert in alerts if alert.is_unresolved], Causes()
    causes.look_ahead(unresolved)
    found = ((alert.pk, causes.of(alert)) for alert in unresolved)
    return {pk: roots[0] for pk, roots in found if roots}


def _own(roots: dict[Subject, Alert], alert: Alert) -> Alert | None:
    """The cause that an alert is, or that another about the same subject is."""
    return roots.get(_subject(alert)) if alert.is_unresolved else None


def _section(rows: list[Alert], cause: Alert | None) -> Section:
    root = _subject(cause) if cause else None
    return Section(tuple(sorted(rows, key=lambda alert: _subject(alert) != root)), cause)


def _run(alert: Alert) -> Hashable:
    return (*_subject(alert), alert.evidence_url) if alert.evidence_url else alert.pk


def _subject(alert: Alert) -> Subject:
    return alert.subject_type, alert.subject_id
