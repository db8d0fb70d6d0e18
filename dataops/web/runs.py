"""A durable job: one row that is queued, claimed, worked on under a lease, and settled exactly once.

The row is the truth; Celery only says "look now". Whatever dies, the sweep finds the row again.

    queued --claim--> running --settle--> succeeded | failed | cancelled
       ^                 |
       +---- sweep ------+   (no heartbeat for STALLED_AFTER: another attempt)
"""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from dataops.engine.errors import Cancelled, InspectionError
from dataops.web import queue
from dataops.web.sight import SightedManager, hanging_on
from dataops.web.words import lazy as _

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 5
WAIT_SECONDS = 0.5
STALLED_AFTER = timedelta(seconds=45)
NUDGE_AGAIN_AFTER = timedelta(seconds=30)
PROGRESS_EVERY_SECONDS = 0.5
NUDGES_A_SWEEP = (
    20  # a long backlog is named again piece by piece, or the messages would pile up in the broker
)


Progress = Callable[[float, str], None]
"""Takes how far the work is, from 0 to 1, and what is being done."""


def untold(fraction: float, stage: str) -> None:
    """The progress of work that nobody follows."""


class RunState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE = (RunState.QUEUED, RunState.RUNNING)
TERMINAL = (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED)


class Trigger(models.TextChoices):
    UPLOAD = "upload"
    MANUAL = "manual"
    SCHEDULE = "schedule"
    API = "api", "API"
    SYSTEM = "system"


class LeaseLost(Exception):  # noqa: N818 - reads as what happened
    """Another worker took the run over; whatever this one has not settled must be dropped."""


class WorthAnotherTry(Exception):  # noqa: N818 - reads as what it is
    """The work did not come to its end, for a reason that may pass; the last try fails with ``code``."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class RunQuerySet(models.QuerySet):
    def queued(self) -> Self:
        return self.filter(state=RunState.QUEUED)

    def running(self) -> Self:
        return self.filter(state=RunState.RUNNING)

    def terminal(self) -> Self:
        return self.filter(state__in=TERMINAL)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)  # an index finds them, however many are over

    def due(self) -> Self:
        return self.queued().filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))

    def stalled(self) -> Self:
        # One from the future was written before the clock was set back: its worker need not live.
        now = timezone.now()
        silent = Q(heartbeat_at__lt=now - STALLED_AFTER) | Q(heartbeat_at__gt=now + STALLED_AFTER)
        return self.running().filter(silent)


class Run(models.Model):
    """What every kind of job has in common; subclasses add what they work on and what came out."""

    task_name: ClassVar[str]
    queue: ClassVar[str] = "heavy"
    most_losses: ClassVar[int] = 3
    """Workers it may cost; more where the work is done apart, so that their death is hardly its doing."""
    named_by: ClassVar[tuple[str, ...]] = ()
    """What the address of its page is made of beside its key, as paths of fields."""

    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED, db_index=True)
    trigger = models.CharField(max_length=10, choices=Trigger.choices, default=Trigger.MANUAL)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text=_("Starts so far; a killed worker costs one.")
    )
    losses = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Starts that ended with the death of the worker."
    )
    max_attempts = models.PositiveSmallIntegerField(default=3)
    lease_token = models.UUIDField(null=True, editable=False)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    progress = models.FloatField(default=0, help_text=_("0 to 1."))
    stage = models.CharField(max_length=80, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    not_before = models.DateTimeField(null=True, blank=True)
    nudged_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = SightedManager.from_queryset(RunQuerySet)()
    unseen = hanging_on()

    class Meta:
        abstract = True

    @property
    def is_terminal(self) -> bool:
        return self.state in TERMINAL

    @property
    def tries(self) -> int:
        """Starts that came to an end of their own, or are under way."""
        return self.attempt - self.losses

    @property
    def elapsed_seconds(self) -> float | None:
        if self.started_at is None:
            return None
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()

    @property
    def remaining_seconds(self) -> float | None:
        """Straight-line estimate from the progress so far; None while there is too little to tell."""
        if self.state != RunState.RUNNING or self.progress < 0.05 or self.elapsed_seconds is None:
            return None
        return self.elapsed_seconds * (1 - self.progress) / self.progress


R = TypeVar("R", bound=Run)


class Lease(Generic[R]):
    """The right to work on a run, kept alive by a heartbeat thread while the body runs."""

    def __init__(self, run: R, token: uuid.UUID) -> None:
        self.run = run
        self._token = token
        self._stop = threading.Event()
        self._reported = 0.0
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _held(self) -> models.QuerySet:
        rows = type(self.run)._default_manager
        return rows.filter(pk=self.run.pk, lease_token=self._token, state=RunState.RUNNING)

    def _beat(self) -> None:
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                self._tell_alive()
        finally:
            connection.close()

    def _tell_alive(self) -> None:
        try:
            self._held().update(heartbeat_at=timezone.now())
        except DatabaseError as fault:  # one beat missed is no reason to miss the next
            log.warning("heartbeat not written", run=self.run.pk, fault=str(fault))
            connection.close()

    def progress(self, fraction: float, stage: str) -> None:
        """Tell how far the work is, at most twice a second; notices a cancel or a lost lease."""
        now = timezone.now()
        if now.timestamp() - self._reported < PROGRESS_EVERY_SECONDS and stage == self.run.stage:
            return
        self._reported = now.timestamp()
        self.run.progress, self.run.stage = fraction, stage[:80]
        if not self._held().update(progress=fraction, stage=stage[:80], heartbeat_at=now):
            raise LeaseLost
        if self._held().filter(cancel_requested=True).exists():
            raise Cancelled("cancelled by a user")

    def settle(self, state: RunState, **fields: Any) -> None:
        """Write the end of the run; call it inside the transaction that writes its results.

        Raises LeaseLost, which must roll that transaction back, when the lease is no longer ours.
        """
        fields |= {"state": state, "finished_at": timezone.now(), "lease_token": None}
        if state == RunState.SUCCEEDED:
            fields |= {"progress": 1.0, "stage": "", "error_code": "", "error": ""}
        if not self._held().update(**fields):
            raise LeaseLost
        for name, value in fields.items():
            setattr(self.run, name, value)

    def retry(self, *, after: timedelta, error: str) -> None:
        """Give the run back for another attempt."""
        self._held().update(
            state=RunState.QUEUED,
            lease_token=None,
            not_before=timezone.now() + after,
            nudged_at=None,
            error=error,
        )


def claim(model: type[R], run_id: int) -> Lease[R] | None:
    """Take a due run, or None when somebody else has it or it is over."""
    token, now = uuid.uuid4(), timezone.now()
    # Claim by UPDATE, not by lock: two workers may get the same nudge, one of them must see 0 rows.
    claimed = model._default_manager.due().filter(pk=run_id)
    if not claimed.update(
        state=RunState.RUNNING,
        attempt=F("attempt") + 1,
        lease_token=token,
        heartbeat_at=now,
        started_at=now,
        progress=0,
        stage="",
    ):
        return None
    return Lease(cast(R, model._default_manager.get(pk=run_id)), token)


def execute(
    model: type[R],
    run_id: int,
    work: Callable[[Lease[R]], None],
    *,
    failed: Callable[[R], None] = lambda run: None,
) -> None:
    """Claim a run and do its work; safe to call any number of times with the same id.

    ``work`` settles the lease itself, together with its results. ``failed`` is called inside the
    transaction that records a final failure, to report it.
    """
    lease = claim(model, run_id)
    if lease is None:
        return
    log.info("run started", run=run_id, kind=model._meta.label, attempt=lease.run.attempt)
    with lease:
        try:
            _refuse_if_worn_out(lease.run)
            work(lease)
        except LeaseLost:
            log.warning("run was taken over by another worker", run=run_id)
        except Cancelled as cancelled:
            _settle(lease, RunState.CANCELLED, cancelled.code, str(cancelled))
        except InspectionError as error:
            _fail(lease, error.code, str(error), failed)
        except SoftTimeLimitExceeded:
            limit = settings.RUN_TIME_LIMIT_SECONDS
            _fail(lease, "time_limit", f"The run took longer than {limit} s and was stopped.", failed)
        except Exception as error:
            log.exception("run broke", run=run_id)
            _try_again(lease, error, failed)
    # A backlog that the broker forgot goes as fast as the work does, not as often as the sweep comes by.
    _nudge_forgotten(model, most=1)
    ended = model._default_manager.filter(pk=run_id).values_list("state", flat=True).first()
    log.info("run ended", run=run_id, kind=model._meta.label, state=ended or "deleted")


class _WornOutError(InspectionError):
    """The worker died under this run too often to try it once more."""


def _refuse_if_worn_out(run: Run) -> None:
    if run.losses >= run.most_losses:
        raise _WornOutError(
            f"The worker died {run.losses} times on this run, most likely for want of memory. "
            "Give the worker more memory or split the data, then run it again.",
            code="worker_lost",
        )


def _try_again(lease: Lease[R], error: Exception, failed: Callable[[R], None]) -> None:
    if lease.run.tries >= lease.run.max_attempts:
        code, message = "internal_error", f"{type(error).__name__}: the log of the worker has the details."
        if isinstance(error, WorthAnotherTry):
            code, message = error.code, str(error)
        _fail(lease, code, message, failed)
        return
    lease.retry(
        after=timedelta(seconds=5**lease.run.tries), error=f"{type(error).__name__}, will be tried again"
    )


def _fail(lease: Lease[R], code: str, message: str, failed: Callable[[R], None]) -> None:
    _settle(lease, RunState.FAILED, code, message, failed)


def _settle(
    lease: Lease[R], state: RunState, code: str, message: str, also: Callable[[R], None] = lambda run: None
) -> None:
    """An end without results; ``also`` happens in the same transaction."""
    try:
        with transaction.atomic():
            lease.settle(state, error_code=code, error=message)
            also(lease.run)
    except LeaseLost:
        log.warning("run was taken over by another worker", run=lease.run.pk)


def finish(model: type[Run], pk: int, work: Callable[[int], None], *, alone: bool) -> None:
    """Have a run worked on here and now; where a worker was quicker, wait until it is over.

    ``alone`` says that no worker runs: one that is not over is held by nobody, and taken from the dead.
    """
    if alone:
        held = model._default_manager.live().filter(pk=pk)
        held.update(state=RunState.QUEUED, lease_token=None, not_before=None)
    work(pk)
    while model._default_manager.live().filter(pk=pk).exists():
        time.sleep(WAIT_SECONDS)
        work(pk)


def cancel(run: Run) -> bool:
    """Stop a queued run at once, ask a running one to stop; False when it was over already."""
    rows = type(run)._default_manager.filter(pk=run.pk)
    stopped = rows.filter(state=RunState.QUEUED).update(state=RunState.CANCELLED, finished_at=timezone.now())
    asked = 0 if stopped else rows.filter(state=RunState.RUNNING).update(cancel_requested=True)
    run.refresh_from_db()
    return bool(stopped or asked)


def kinds() -> list[type[Run]]:
    return [model for model in apps.get_models() if issubclass(model, Run)]


def sweep() -> None:
    """Find what was lost: runs whose worker fell silent, and queued runs that nobody picked up.

    A run without attempts left is queued once more too: whoever claims it settles it as failed, so
    that failing has one road.
    """
    for model in kinds():
        stalled = model._default_manager.stalled()
        lost = stalled.update(
            state=RunState.QUEUED, losses=F("losses") + 1, lease_token=None, nudged_at=None, not_before=None
        )
        if lost:
            log.warning("runs lost their worker", kind=model._meta.label, count=lost)
        _nudge_forgotten(model)


def _nudge_forgotten(model: type[Run], *, most: int = NUDGES_A_SWEEP) -> None:
    due = model._default_manager.due()
    now = timezone.now()
    lately = Q(nudged_at__gte=now - NUDGE_AGAIN_AFTER, nudged_at__lte=now)
    forgotten = due.filter(Q(nudged_at=None) | ~lately)
    for pk in forgotten.order_by("pk").values_list("pk", flat=True)[:most]:
        nudge(model, pk)


def nudge(model: type[Run], pk: int) -> None:
    if queue.publish(model.task_name, pk, queue=model.queue):
        model._default_manager.filter(pk=pk).update(nudged_at=timezone.now())


def nudge_on_commit(run: Run) -> None:
    """Say "look now" once the row can be seen; if nobody hears it, the sweep says it again."""
    transaction.on_commit(lambda: nudge(type(run), run.pk))
