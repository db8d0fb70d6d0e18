"""Takes what is kept of somebody's rows out of the results of checks."""

from collections.abc import Collection

from dataops.engine.personal import holds
from quality.models import CheckResult, CheckRun, FailingRows

ROWS_AT_ONCE = 100


def erase_values(values: Collection[str]) -> int:
    """Remove failing rows, the text of rejects and quoted values in which one of these stands.

    Returns how many there were. Killed on the way, the next call goes on: what is erased is not found again.
    """
    return _erase_rows(values) + _erase_rejects(values) + _erase_quotes(values)


def _erase_rows(values: Collection[str]) -> int:
    erased = 0
    for kept in FailingRows.objects.only("rows").iterator(ROWS_AT_ONCE):
        left = [row for row in kept.rows if not holds(row[1:], values)]
        if len(left) < len(kept.rows):
            FailingRows.objects.filter(pk=kept.pk).update(rows=left)
            erased += len(kept.rows) - len(left)
    return erased


def _erase_rejects(values: Collection[str]) -> int:
    erased = 0
    for run in CheckRun.objects.exclude(rejects=[]).only("rejects").iterator(ROWS_AT_ONCE):
        found = [reject for reject in run.rejects if holds([reject.get("text")], values, within=True)]
        if found:
            left = [reject | {"text": ""} if reject in found else reject for reject in run.rejects]
            CheckRun.objects.filter(pk=run.pk).update(rejects=left)
            erased += len(found)
    return erased


def _erase_quotes(values: Collection[str]) -> int:
    erased = 0
    quoting = CheckResult.objects.filter(details__has_key="invalid_values").only("details", "message")
    for result in quoting.iterator(ROWS_AT_ONCE):
        quoted = result.details["invalid_values"]
        found = [shown for shown, _count in quoted if holds([shown], values)]
        if found:
            left = [pair for pair in quoted if pair[0] not in found]
            message = result.message
            for shown in found:
                message = message.replace(repr(shown), "'...'")
            details = result.details | {"invalid_values": left}
            CheckResult.objects.filter(pk=result.pk).update(details=details, message=message)
            erased += len(found)
    return erased
