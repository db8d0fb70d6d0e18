"""One click says that an unusual number is normal from now on."""

from typing import Any

from django.db import transaction

from alerts import services as alerts
from alerts.selectors import open_alerts
from dataops.web import audit
from dataops.web.words import lazy as _
from quality.models import CheckResult, CheckRun
from quality.services.history import NEEDS_HISTORY


class NotUnusual(Exception):  # noqa: N818 - reads as what is the case
    """A result was to be called expected that found nothing unusual."""


@transaction.atomic
def expect_result(result: CheckResult, *, by: Any) -> CheckRun:
    """The number of this run belongs to the normal ones; its open alert is resolved as expected.

    Raises NotUnusual for a result that is no unusual number.
    """
    metric = result.details.get("metric")
    if result.check_key not in NEEDS_HISTORY or not metric or not result.failed:
        raise NotUnusual(_("Only a number outside of its band can be called expected."))
    run = CheckRun.objects.select_for_update(of=("self",)).select_related("source").get(pk=result.run_id)
    if [result.column, metric] in run.expected_numbers:
        return run
    run.expected_numbers = [*run.expected_numbers, [result.column, metric]]
    run.save(update_fields=["expected_numbers"])
    changes = {"check": result.check_key, "column": result.column, "metric": metric}
    audit.record("result.expected", by=by, target=run, changes=changes)
    _resolve_alerts(run, result, by)
    return run


def _resolve_alerts(run: CheckRun, result: CheckResult, by: Any) -> None:
    found = open_alerts(subject_type="source", subject_id=str(run.source_id))
    method = result.configured.method if result.configured else ""
    same = found.filter(kind=f"quality.{result.check_key}", column=result.column, method=method)
    for alert in same:
        alerts.resolve(
            alert, resolution="expected", by=by, comment=f"{result.message}: expected in run {run.pk}"
        )
