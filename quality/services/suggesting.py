"""Asking for suggestions."""

from typing import Any

from django.db import transaction

from dataops.web import audit, features, runs
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from quality.models import CheckRun, DataSource, SuggestionRun

ENOUGH_RUNS = 5
"""What one dataset kept by chance, one of five has hardly kept."""


class NothingToLearn(Exception):  # noqa: N818 - reads as what is the case
    """Suggestions were asked for where there is no data to learn from; the message says why."""


@transaction.atomic
def request_suggestions(
    source: DataSource, *, by: Any = None, trigger: str = Trigger.MANUAL
) -> SuggestionRun:
    """Queue a look at the newest checked data; a look under way is returned instead.

    Raises NothingToLearn where no finished run has its file still.
    """
    source = DataSource.objects.select_for_update().get(pk=source.pk)
    if live := source.suggestion_runs.live().first():
        return live
    checked = CheckRun.objects.checked().filter(source=source, snapshot__file_removed_at=None)
    newest = checked.exclude(snapshot=None).newest_first()
    run = newest.filter(accepted=True).first() or newest.first()
    if run is None:
        raise NothingToLearn(
            _("%(source)s has no checked data at hand; upload a file first.") % {"source": source}
        )
    job = SuggestionRun.objects.create(source=source, check_run=run, requested_by=by, trigger=trigger)
    audit.record("suggestions.requested", by=by, target=source)
    runs.nudge_on_commit(job)
    return job


def suggest_unasked(run: CheckRun) -> None:
    """Look for rules without being asked: in the first accepted data of a source, and, where nobody has
    decided on them since, once more when there are enough earlier runs to try them on."""
    source = run.source
    if not (run.accepted and run.snapshot_id and features.is_on(features.FIRST_SUGGESTIONS)):
        return
    accepted = CheckRun.objects.accepted().checked().filter(source=source).count()
    undecided = accepted == ENOUGH_RUNS and source.suggested_rules.proposed().exists()
    if undecided or not source.suggestion_runs.exists():
        request_suggestions(source, trigger=Trigger.SYSTEM)
