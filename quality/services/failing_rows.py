"""Keeping failing rows: recorded with their run, gone after their days, at once when switched off."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from dataops.engine.inspection import Report, Result
from dataops.engine.personal import PersonalKind, find_personal, mask, mask_text
from dataops.engine.profile import Profile
from dataops.engine.rows import Sample, Sampling
from quality.models import CheckResult, CheckRun, DataSource, FailingRows, pack_numbers

HIDDEN = "…"


def sampling_of(source: DataSource) -> Sampling | None:
    """How many failing rows a run may keep; None while the source keeps none."""
    return Sampling() if source.keep_failing_rows else None


def record_failing_rows(source: DataSource, report: Report, results: list[CheckResult]) -> None:
    """Keep the samples of a report; ``results`` are its recorded results, in its order."""
    if not source.keep_failing_rows:
        return
    expires_at = timezone.now() + timedelta(days=source.failing_rows_days)
    personal = personal_columns(report.profile)
    FailingRows.objects.bulk_create(
        [
            _failing_rows(row, result.sample, personal, expires_at)
            for row, result in zip(results, report.results, strict=True)
            if result.sample
        ],
        batch_size=50,
    )


def discreet(source: DataSource, report: Report) -> Report:
    """The report without the invalid values that results quote, or with those of persons masked.

    They are the text of cells: while the source keeps no rows, they are kept neither with a result
    nor in the message an alert repeats.
    """
    personal = personal_columns(report.profile)
    quoted = partial(_discreet, keeps=source.keep_failing_rows, personal=personal)
    return replace(report, results=tuple(map(quoted, report.results)))


def _discreet(result: Result, *, keeps: bool, personal: dict[str, str]) -> Result:
    counted = result.details.get("invalid_values", ())
    if not counted:
        return result
    kind = personal.get(result.column)
    message, told = result.message, []
    for value, count in counted:
        shown = HIDDEN
        if keeps:
            shown = mask(value, PersonalKind(kind)) if kind else mask_text(value)
            told.append([shown, count])
        message = message.replace(repr(value), repr(shown))
    return replace(result, message=message, details=dict(result.details) | {"invalid_values": told})


def _failing_rows(
    result: CheckResult, sample: Sample, personal: dict[str, str], expires_at: datetime
) -> FailingRows:
    return FailingRows(
        result=result,
        kind=str(sample.kind),
        columns=sample.columns,
        marked=sample.marked,
        rows=[[row.number, *map(_storable, row.cells)] for row in sample.rows],
        personal=personal | _personal_of_answer(sample, personal),
        numbers=pack_numbers(sample.numbers.tolist()),
        total=sample.total,
        expires_at=expires_at,
    )


def _personal_of_answer(sample: Sample, personal: dict[str, str]) -> dict[str, str]:
    """By column of an answer: what it likely tells of people, by what it is made of and what stands in it."""
    found = {}
    for i, (name, drawn_from) in enumerate(sample.drawn_from.items()):
        kinds = sorted(personal[column] for column in drawn_from if column in personal)
        texts = Counter(row.cells[i] or "" for row in sample.rows)
        kind = find_personal(name, texts.items())
        if kinds or kind:
            found[name] = kind.value if kind else kinds[0]
    return found


def _storable(text: str | None) -> str | None:
    """PostgreSQL keeps no NUL in JSON."""
    return text.replace("\0", "\ufffd") if text else text


def personal_columns(profile: Profile) -> dict[str, str]:
    """What columns likely tell of people, by name."""
    found = {column.name: find_personal(column.name, column.frequent.values) for column in profile.columns}
    return {name: kind.value for name, kind in found.items() if kind is not None}


def forget_failing_rows(source: DataSource) -> None:
    """Remove all that is kept of the rows of a source: samples, and the text of rejected records."""
    FailingRows.objects.filter(result__run__source=source).delete()
    for run in CheckRun.objects.filter(source=source).exclude(rejects=[]).only("pk", "rejects"):
        CheckRun.objects.filter(pk=run.pk).update(rejects=[reject | {"text": ""} for reject in run.rejects])


def purge_failing_rows() -> int:
    """Remove the failing rows whose days are over; returns of how many results."""
    removed, _ = FailingRows.objects.filter(expires_at__lte=timezone.now()).delete()
    return removed
