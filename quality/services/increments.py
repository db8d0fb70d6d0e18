"""Sources that only grow: which part a run looks at, and the profile of all parts so far.

Where the next part begins is ``DataSource.cursor``, written in the transaction that records a run: a run
that is killed and tried again looks at the same part once more, and no row is lost or counted twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dataops.engine.errors import UnreadableData
from dataops.engine.profile import PackedProfile, Profile, codec
from dataops.engine.profilers.pushdown import (
    SqlRelation,
    Standing,
    Window,
    rows_at,
    standing_at,
    window_since,
)
from dataops.engine.protocols import Part
from dataops.web import audit
from quality.models import CheckRun, DataSource, StoredProfile
from quality.origins import PART, Growth

Kept = tuple[dict[str, Any], bytes | None]
"""What a run tells of its part, and the profile of all parts so far, encoded."""


class DoesNotGrow(Exception):  # noqa: N818 - reads as what is the case
    """A source was told to read all again that does so with each run."""


@dataclass(frozen=True, slots=True)
class Step:
    """The new rows of a source, and what is known of those before.

    ``cursor`` is what the step was decided by, ``base`` what it goes on from (empty: the first row).
    ``added`` rows came at the very mark since: nobody can tell them from those that were there, so the
    step before is taken again with them. ``standing`` counts the rows up to the mark, where asked.
    """

    growth: Growth
    window: Window
    cursor: Mapping[str, Any]
    base: Mapping[str, Any]
    so_far: Profile | None
    added: int
    standing: Standing | None

    def part(self, baseline: CheckRun | None) -> Part:
        """What the checks are told; a baseline that began anew had all rows, not so many new ones."""
        before = baseline.increment if baseline else None
        return Part(self.so_far, comparable=bool(before and before["after"] and self.window.after))

    def keep(self, source: DataSource, run: CheckRun, found: Profile) -> Kept:
        """Move the mark on, if nobody told the source (locked by the caller) to read all again meanwhile."""
        return keep_step(source, run, self, found)

    @property
    def late(self) -> int | None:
        """Rows below the mark that came after they were looked for; negative when some are gone."""
        if self.standing is None or not self.cursor:
            return None
        return self.standing.below - (self.cursor["rows"] - self.cursor["at_upto"])

    def notes(self) -> tuple[str, ...]:
        """What a reader of the run has to know about rows that it does not hold."""
        column, mark, told = self.growth.column, self.cursor.get("upto"), []
        if self.added:
            told.append(
                f"{self.added:,} rows came with {column} {mark}, where the part before ended;"
                " that part is looked at again with them."
            )
        if self.late and self.late > 0:
            told.append(
                f"{self.late:,} rows came late: their {column} is before {mark}, and they are in no part."
                " Read all again to take them in."
            )
        elif self.late:
            told.append(
                f"{-self.late:,} rows before {mark} are gone, or have a later {column} now; the profile of"
                " all rows so far still has them. Read all again to leave them out."
            )
        if self.standing and self.standing.without:
            told.append(f"{self.standing.without:,} rows have no {column} and are in no part.")
        return tuple(told)


def next_step(source: DataSource, relation: SqlRelation, growth: Growth) -> Step:
    """What to look at now: the rows beyond the mark, all of them the first time.

    To be asked within one snapshot of the database. Raises InvalidPlan for a column that does not rise.
    """
    cursor: dict[str, Any] = dict(source.cursor)
    standing = _standing(relation, growth, cursor, cursor.get("upto"))
    added = _added(relation, growth, cursor, standing) if cursor else 0
    base = (cursor.get("before") or {}) if added else cursor
    so_far = whole_profile_of(base["run"]) if base else None
    if so_far is None:
        base = {}
    window = window_since(relation, growth.column, base.get("upto"), leave_newest=growth.leave_newest)
    if not cursor:
        standing = _standing(relation, growth, cursor, window.upto)
    return Step(growth, window, cursor, base, so_far, added, standing)


def _standing(
    relation: SqlRelation, growth: Growth, cursor: Mapping[str, Any], mark: str | None
) -> Standing | None:
    if mark is None or not growth.count_earlier:
        return None
    try:
        return standing_at(relation, growth.column, mark, since=cursor.get("since"))
    except UnreadableData:
        # Most likely it took too long; the new rows are worth a run all the same.
        return None


def _added(
    relation: SqlRelation, growth: Growth, cursor: Mapping[str, Any], standing: Standing | None
) -> int:
    at_mark = standing.at if standing else rows_at(relation, growth.column, cursor["upto"])
    return max(0, at_mark - int(cursor["at_upto"]))


def keep_step(source: DataSource, run: CheckRun, step: Step, found: Profile) -> Kept:
    told: dict[str, Any] = {
        "column": step.growth.column,
        "after": step.window.after,
        "upto": step.window.upto,
        "late": step.late,
        "without": step.standing.without if step.standing else None,
        "rows_so_far": step.so_far.rows if step.so_far else 0,
    }
    if step.window.upto is None or source.cursor != step.cursor:
        return told, None
    whole, since = _whole(step, found)
    mark = {
        "upto": step.window.upto,
        "at_upto": step.window.at_upto,
        "run": run.pk,
        "rows": whole.rows,
        "since": since,
    }
    before = {name: value for name, value in step.base.items() if name != "before"}
    DataSource.objects.filter(pk=source.pk).update(cursor=mark | {"before": before or None})
    return told | {"rows_so_far": whole.rows, "since": since}, codec.encode(whole)


def _whole(step: Step, found: Profile) -> tuple[Profile, str | None]:
    """All rows so far, and the value beyond which they are all (None: from the first).

    Where the columns are not what they were, it begins anew with this part.
    """
    if step.so_far is None:
        return found, step.window.after
    try:
        return step.so_far.merge(found, disjoint=True), step.base.get("since")
    except ValueError:
        return found, step.window.after


def whole_profile_of(run: CheckRun | int | None) -> Profile | None:
    """The profile of all parts up to a run; None where there is none."""
    packed = whole_columns_of(run)
    return packed.whole() if packed else None


def whole_columns_of(run: CheckRun | int | None) -> PackedProfile | None:
    """The same, column by column."""
    stored = StoredProfile.objects.filter(run=run).values_list("whole", flat=True).first() if run else None
    return codec.open_packed(bytes(stored)) if stored else None


def whole_run_of(source: DataSource) -> CheckRun | None:
    """The run whose stored profile of all parts is the newest; None for a source that does not grow."""
    runs = source.runs.filter(stored_profile__whole__isnull=False).newest_first()
    if source.config.get("pick") == PART:
        return runs.first()
    return runs.filter(pk=source.cursor.get("run") or 0).first()


@transaction.atomic
def forget_mark(source: DataSource, *, by: Any) -> None:
    """Let the next run look at all rows again and begin a new profile of all; earlier runs stay."""
    locked = DataSource.objects.select_for_update().get(pk=source.pk)
    before = locked.cursor.get("upto")
    DataSource.objects.filter(pk=source.pk).update(cursor={})
    source.cursor = {}
    audit.record("source.read_all_again", by=by, target=source, changes={"mark": [before, None]})
