"""Asking for drift runs: which window, compared with what; and calling them off."""

from datetime import datetime
from typing import Any

from django.db import transaction

from dataops.web import audit, runs
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from models_registry.models import DriftRun, ModelVersion
from models_registry.services.choosing import reference_kind
from models_registry.services.datasets import newest_data
from models_registry.services.errors import NotAccepted, NotPossible
from quality.models import DataSource

DEFAULT_LAST = 5_000
MOST_LAST = 500_000


def request_drift_run(
    *,
    version: ModelVersion,
    window_from: datetime | None = None,
    window_to: datetime | None = None,
    last: int | None = None,
    source: DataSource | None = None,
    reference: str | None = None,
    for_the_record: bool = False,
    by: Any = None,
    trigger: str = Trigger.MANUAL,
) -> DriftRun:
    """Queue a comparison of a window, of the ``last`` predictions (5,000 when nothing is said), or of the
    newest data of a ``source``.

    ``reference`` is a ReferenceKind, by default what the settings of the model say. What is only looked at
    ``for_the_record`` tells the alerts nothing.

    Raises NotAccepted for a window that cannot be one, NotPossible when the version is not ready, or the
    source has no data at hand.
    """
    refuse_incomparable(version)
    if source is None:
        asked = _asked_of_log(version, window_from, window_to, last)
    elif (window_from, window_to, last) == (None, None, None):
        asked = {"snapshot": newest_data(source), "source_name": source.name}
    else:
        raise NotAccepted(_("Give either source, or a window of predictions, not both."))
    with transaction.atomic():
        run = DriftRun.objects.create(
            version=version,
            reference=reference or reference_kind(version.model),
            for_the_record=for_the_record,
            requested_by=by,
            trigger=trigger,
            **asked,
        )
        audit.record("drift.requested", by=by, target=run)
        runs.nudge_on_commit(run)
    return run


def _asked_of_log(
    version: ModelVersion, window_from: datetime | None, window_to: datetime | None, last: int | None
) -> dict[str, Any]:
    if window_from is None and window_to is None:
        last = DEFAULT_LAST if last is None else last
    elif last is not None:
        raise NotAccepted(_("Give either last, or from and to, not both."))
    if last is not None and not 1 <= last <= MOST_LAST:
        raise NotAccepted(
            _("last is %(last)s; give a number from 1 to %(most)s.")
            % {"last": last, "most": f"{MOST_LAST:,}"}
        )
    if window_from is not None and window_to is not None and window_from >= window_to:
        raise NotAccepted(_("The window ends before it starts; from must be earlier than to."))
    gone = version.model.predictions_from
    if window_to is not None and gone is not None and window_to <= gone:
        raise NotPossible(
            _("The predictions from before %(gone)s were removed; choose a later window.")
            % {"gone": f"{gone:%Y-%m-%d}"}
        )
    return {"window_from": window_from, "window_to": window_to, "last": last}


def refuse_incomparable(version: ModelVersion) -> None:
    """Raise NotPossible for a version whose windows can be compared with nothing."""
    if not version.is_ready:
        raise NotPossible(
            _("%(version)s is %(state)s; there is nothing to compare with yet.")
            % {"version": version, "state": version.state}
        )
    if not can_be_compared(version):
        raise NotPossible(
            _("%(version)s came without reference data; there is nothing to compare with.")
            % {"version": version}
        )


def can_be_compared(version: ModelVersion) -> bool:
    """Whether it is ready and came with reference data; one query."""
    return ModelVersion.objects.ready().filter(pk=version.pk).exclude(reference_profile=b"").exists()


@transaction.atomic
def cancel_drift_run(*, run: DriftRun, by: Any) -> bool:
    """Stop a run; a running one stops at its next report of progress. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        audit.record("drift.cancelled", by=by, target=run)
    return changed
