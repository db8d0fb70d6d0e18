"""What to do about an alert: a link that its rule carries, or its subject, or its policy."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from alerts.models import Alert
from alerts.services.patience import Patience

Place = tuple[str, str, str, str]
"""Id of the subject, kind, column and method; an empty part stands for all."""
Finder = Callable[[Collection[str]], Mapping[Place, str]]

FINDERS: dict[str, Finder] = {}
"""By type of subject: the links that its rules, or it, carry, for these ids. Rooms add theirs."""


class Runbooks:
    """Of some alerts, read once: a query for each type of subject, and one for the policies if not given."""

    def __init__(self, alerts: Iterable[Alert], patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        subjects: dict[str, set[str]] = defaultdict(set)
        for alert in alerts:
            subjects[alert.subject_type].add(alert.subject_id)
        known = {kind: ids for kind, ids in subjects.items() if kind in FINDERS}
        self._links = {kind: FINDERS[kind](ids) for kind, ids in known.items()}

    def of(self, alert: Alert) -> str:
        """The closest one; empty where there is none."""
        links = self._links.get(alert.subject_type, {})
        key, kind = alert.subject_id, alert.kind
        places = ((key, kind, alert.column, alert.method), (key, kind, "", alert.method), (key, "", "", ""))
        own = next((links[place] for place in places if place in links), "")
        return own or self._patience.of(alert).runbook_url
