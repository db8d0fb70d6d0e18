"""Earlier windows of a version: what tells how much windows differ when nothing is wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property, partial
from typing import Any

from django.db.models import F, QuerySet

from dataops.engine.drift import Together
from dataops.engine.drift.betting import wealth
from dataops.engine.drift.windows import ENOUGH, SOME
from dataops.engine.profile import Profile, codec
from dataops.engine.types import Severity
from models_registry.enums import DriftOutcome
from models_registry.models import DriftRun
from models_registry.services.together import together_of

MOST = 120
LOOKED_BACK = 5_000
"""Windows that one of a season is looked for among: of hours more than half a year."""
_ALIKE = 0.1
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Past:
    """A window that was judged: its span, its profile, and what came out.

    ``windows`` is how many others it was measured by; ``last`` the number of predictions asked for, None when
    a period was; ``performance`` its metrics by kind as in a report, None of what was not known. ``gross``
    says that it alone was enough to be sure, ``severity`` how large what it showed was, however sure.
    """

    run_id: int
    begins_at: datetime
    ends_at: datetime
    last: int | None
    asked_seconds: float | None
    expected: bool
    drifted: bool
    gross: bool
    severity: str
    windows: int
    wealth: float
    profile_of: Callable[[], Profile]
    together: Together | None
    performance: Mapping[str, Any]

    @property
    def profile(self) -> Profile:
        """Read the first time: of most windows of a season nobody asks it."""
        return self.profile_of()

    @property
    def is_usual(self) -> bool:
        """Whether it shows how windows are when nothing is wrong.

        Until there are enough windows, nobody knows what is usual, and only what is grossly wrong is left
        out; otherwise the natural differences that windows are needed for would all be.
        """
        if self.expected:
            return True
        return not self.drifted if self.windows >= ENOUGH else not self.is_wrong

    @property
    def is_wrong(self) -> bool:
        """Whether it must not tell what is usual. By rows alone critical drift may be: that needs more."""
        return self.severity == Severity.CRITICAL and (self.gross or self.windows >= SOME)


class Earlier:
    """Judged windows of a version that end before a moment, newest first, as they were judged then: those of
    the log, or the datasets of a source."""

    def __init__(self, version_id: int, before: datetime, source_id: int | None = None) -> None:
        self._judged = judged_runs(version_id, source_id).filter(current_to__lt=before)
        self._seasons: dict[tuple[int, int | None], list[Past]] = {}

    @cached_property
    def newest(self) -> list[Past]:
        """The newest 120; one query."""
        return apart(past_of(one) for one in self._judged[:MOST])

    def of_the_season(self, begins_at: datetime, seconds: float | None) -> list[Past]:
        """The newest 120 of the season of ``begins_at``; a query a season, and one more the first time.

        Of windows of an hour 168 lie between two of them, more than ``newest`` holds.
        """
        season = _season(begins_at, seconds)
        if season not in self._seasons:
            alike = [pk for pk, other in self._begun if other and _season(other, seconds) == season]
            self._seasons[season] = apart(past_of(one) for one in self._judged.filter(pk__in=alike[:MOST]))
        return self._seasons[season]

    @cached_property
    def _begun(self) -> list[tuple[int, datetime | None]]:
        return list(self._judged.values_list("pk", "current_from")[:LOOKED_BACK])


def is_of_the_season(one: datetime, other: datetime, seconds: float | None) -> bool:
    """Whether windows that begin then share the weekday and, where shorter than a day, the hour (UTC)."""
    return _season(one, seconds) == _season(other, seconds)


def _season(begins_at: datetime, seconds: float | None) -> tuple[int, int | None]:
    is_short = seconds is not None and seconds < _DAY.total_seconds()
    return begins_at.weekday(), begins_at.hour if is_short else None


def judged_runs(version_id: int, source_id: int | None = None) -> QuerySet[DriftRun]:
    """Runs that tell how windows of the log are, or datasets of a source, newest window first; of their
    reports only what whole rows showed, how good the answers were, whether there was no doubt, and how large
    it was."""
    of = {"source_name": ""} if source_id is None else {"snapshot__source": source_id}
    runs = DriftRun.objects.finished().filter(version_id=version_id, outcome=DriftOutcome.OK, **of)
    told = {name: F(f"report__{name}") for name in ("multivariate", "performance", "gross", "worst")}
    runs = runs.exclude(profile=b"").annotate(**told)
    return runs.order_by("-current_to", "-pk").defer("report", "version")


def past_of(run: DriftRun) -> Past:
    """What later windows need of one of ``judged_runs``."""
    assert run.current_from is not None and run.current_to is not None  # noqa: S101, PT018 - it is finished
    return Past(
        run_id=run.pk,
        begins_at=run.current_from,
        ends_at=run.current_to,
        last=run.last,
        asked_seconds=asked_seconds(run),
        expected=run.expected,
        drifted=bool(run.drifted),
        gross=run.gross is not False,  # type: ignore[attr-defined]  # annotated; None of older reports
        severity=run.worst or run.severity,  # type: ignore[attr-defined]  # annotated; None of older reports
        windows=run.windows,
        wealth=run.wealth,
        profile_of=cache(partial(codec.decode, bytes(run.profile))),
        together=together_of(run.multivariate),  # type: ignore[attr-defined]  # annotated
        performance=run.performance or {},  # type: ignore[attr-defined]  # annotated
    )


def asked_seconds(run: DriftRun) -> float | None:
    """Length of the period asked for; None when it has no two ends."""
    if run.window_from is None or run.window_to is None:
        return None
    return (run.window_to - run.window_from).total_seconds()


def apart(windows: Iterable[Past]) -> list[Past]:
    """Windows, newest first, without those that share predictions with a newer one."""
    kept: list[Past] = []
    for window in windows:
        if not kept or window.ends_at < kept[-1].begins_at:
            kept.append(window)
    return kept


def comparable(
    earlier: Sequence[Past], *, begins_at: datetime, last: int | None, seconds: float | None
) -> list[Past]:
    """Those of the usual windows that were asked for alike: as many predictions, or as long a period.

    Days of the same weekday alone, as soon as there are enough of them.
    """
    alike = [window for window in usual(earlier) if _alike(window, last, seconds)]
    if seconds is not None and abs(seconds - _DAY.total_seconds()) < 1:
        weekday = [window for window in alike if window.begins_at.weekday() == begins_at.weekday()]
        return weekday if len(weekday) >= ENOUGH else alike
    return alike


def usual(earlier: Sequence[Past]) -> list[Past]:
    """Windows that show how things are when nothing is wrong, newest first.

    Also one that drifted, not grossly, while the next did not: a bad day belongs to what days are like.
    """
    passed = [False, *(not after.drifted for after in earlier)]
    return [
        window
        for window, has_passed in zip(earlier, passed, strict=False)
        if window.is_usual or (has_passed and not window.is_wrong)
    ]


def _alike(window: Past, last: int | None, seconds: float | None) -> bool:
    if last is not None or window.last is not None:
        return window.last == last
    if seconds is None or window.asked_seconds is None:
        return seconds is window.asked_seconds
    return abs(window.asked_seconds - seconds) <= _ALIKE * seconds


def wealth_after(earlier: Sequence[Past], *, windows: int, p_value: float | None) -> float:
    """Evidence for drift after this window, from that after the newest one before; 1 when there is none.

    Only p-values by the measure of windows are bet on: those of rows alone are far too small for rows that
    are alike.
    """
    before = earlier[0].wealth if earlier else 1.0
    if windows < SOME or p_value is None:
        return before
    return wealth(before, p_value)
