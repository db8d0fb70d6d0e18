"""The one way failing rows are read: masked, and only while their source keeps rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dataops.engine.personal import PersonalKind, find_personal, mask, mask_text
from dataops.engine.readers import Preview
from quality.enums import RowKind
from quality.models import CheckResult, CheckRun, DataSource, FailingRows

COLUMNS_NAMED = 5


@dataclass(frozen=True, slots=True)
class ShownCell:
    """``text`` is None where there is no value; ``marked`` in the columns the check looks at."""

    column: str
    text: str | None
    marked: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """``number`` is its place in the file; of rows that stand in none they are counted from 1."""

    number: int
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class ShownRows:
    """Some of the rows that fail one check: ``kept`` of the ``total`` that are known of."""

    result: CheckResult
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    total: int
    kept: int
    kind: RowKind
    personal: tuple[str, ...]
    expires_at: datetime

    @property
    def about(self) -> str:
        """The column, or the few that a check of the whole table looks at: it may have ten of one kind."""
        marked = [cell.column for cell in self.rows[0].cells if cell.marked] if self.rows else []
        return self.result.column or (", ".join(marked) if len(marked) <= COLUMNS_NAMED else "")

    @property
    def is_placed(self) -> bool:
        """Whether the rows have a line (or a number as a record)."""
        return self.kind == RowKind.FILE


def kept_rows(run: CheckRun) -> QuerySet[FailingRows]:
    """What may still be shown of a run, the costliest result first; nothing while its source keeps none."""
    kept = FailingRows.objects.filter(
        result__run=run, result__run__source__keep_failing_rows=True, expires_at__gt=timezone.now()
    )
    return kept.select_related("result").order_by("-result__points_lost", "result_id")


def failing_rows(
    run: CheckRun, *, unmask: bool = False, result: int | None = None, most: int | None = None
) -> list[ShownRows]:
    """The samples of a run (of its ``most`` costliest results), or of one of its results; one query."""
    kept = kept_rows(run).defer("numbers", "result__details", "result__limits")
    return [_shown(rows, unmask) for rows in (kept.filter(result=result) if result else kept)[:most]]


def shown_rejects(run: CheckRun, *, unmask: bool = False) -> list[dict[str, Any]]:
    """Rejected records with line and reason; their text masked, and empty while the source keeps no rows."""
    if not run.source.keep_failing_rows:
        return [reject | {"text": ""} for reject in run.rejects]
    return [
        reject | {"text": reject["text"] if unmask else mask_text(reject["text"])} for reject in run.rejects
    ]


def shown_texts(
    columns: Iterable[str], cells: Iterable[str | None], personal: Mapping[str, str], *, unmask: bool
) -> Iterator[str | None]:
    """Cells as they may be shown: likely personal ones masked, unless that is lifted."""
    for column, text in zip(columns, cells, strict=True):
        if text is None or unmask:
            yield text
        elif column in personal:
            yield mask(text, PersonalKind(personal[column]))
        else:
            yield mask_text(text)


def shown_preview(found: Preview, source: DataSource) -> Preview:
    """The first rows of a stored file as they may be shown: masked, and none while its source keeps none."""
    if not source.keep_failing_rows:
        note = "Rows are not shown: the source keeps none."
        return replace(found, rows=(), lines=(), notes=(*found.notes, note))
    columns = dict(zip(found.names, zip(*found.rows, strict=True), strict=False))
    likely = {name: find_personal(name, Counter(cells).items()) for name, cells in columns.items()}
    personal = {name: kind.value for name, kind in likely.items() if kind}
    masked = (shown_texts(found.names, row, personal, unmask=False) for row in found.rows)
    return replace(found, rows=tuple(tuple(cell or "" for cell in cells) for cells in masked))


def _shown(kept: FailingRows, unmask: bool) -> ShownRows:
    marked = set(kept.marked)
    rows = []
    for number, *cells in kept.rows:
        texts = shown_texts(kept.columns, cells, kept.personal, unmask=unmask)
        shown = [ShownCell(c, text, c in marked) for c, text in zip(kept.columns, texts, strict=True)]
        rows.append(ShownRow(number, tuple(shown)))
    return ShownRows(
        result=kept.result,
        columns=tuple(kept.columns),
        rows=tuple(rows),
        total=kept.total,
        kept=len(kept.rows),
        kind=RowKind(kept.kind),
        personal=tuple(name for name in kept.columns if name in kept.personal),
        expires_at=kept.expires_at,
    )
