"""Does every part work? Asked by probes, the dashboard and the settings page."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from dataops.web import sight
from dataops.web.models import Heartbeat
from dataops.web.runs import STALLED_AFTER, RunState, kinds

LEAST_FREE_BYTES = 500 * 1024**2
OLDEST_WAIT = timedelta(minutes=5)
WORKERS = {"fast": "worker", "heavy": "heavy worker"}
"""The part that stands for the worker of each queue."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the running product: its name, whether it works, and what was seen."""

    name: str
    ok: bool
    detail: str


def beat(part: str) -> None:
    """Note that a part is alive now."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": timezone.now()})


def parts() -> list[Part]:
    """Every part, each looked at on its own: one that breaks does not hide the others."""
    with sight.for_nobody():  # how it stands does not depend on who asks
        return [_look(name, look) for name, look in LOOKS.items()]


def can_serve() -> bool:
    """Whether models can be asked: what that takes is the database and the storage."""
    return all(_look(name, LOOKS[name]).ok for name in ("database", "storage"))


def _look(name: str, look: Callable[[], Part]) -> Part:
    try:
        return look()
    except Exception as fault:
        return Part(name, ok=False, detail=type(fault).__name__)


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Part("database", ok=True, detail=connection.vendor)


def _broker() -> Part:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_timeout": 1, "socket_connect_timeout": 1}
    with current_app.connection_for_read(transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
        return Part("broker", ok=True, detail=broker.transport_cls)


def _heartbeat(part: str) -> Callable[[], Part]:
    def look() -> Part:
        seen = Heartbeat.objects.filter(part=part).first()
        if seen is None:
            return Part(part, ok=False, detail=_("never seen"))
        age_seconds = (timezone.now() - seen.at).total_seconds()
        return Part(part, ok=seen.is_alive, detail=_("seen %(age)s ago") % {"age": f"{age_seconds:.0f} s"})

    return look


def _heavy_worker() -> Part:
    part = _heartbeat("heavy worker")()
    # A long job keeps the worker from answering; that job's own heartbeat tells that it lives.
    if not part.ok and _is_at_work():
        return Part(part.name, ok=True, detail=_("at work on a run"))
    return part


def _is_at_work() -> bool:
    fresh = Q(state=RunState.RUNNING, heartbeat_at__gte=timezone.now() - STALLED_AFTER)
    running = [kind._default_manager.filter(fresh).order_by().values_list("pk") for kind in kinds()]
    return running[0].union(*running[1:], all=True).exists()


def _storage() -> Part:
    free = shutil.disk_usage(settings.DATAOPS_HOME).free
    detail = _("%(space)s GiB free") % {"space": number_format(free / 1024**3, 1)}
    return Part("storage", ok=free > LEAST_FREE_BYTES, detail=detail)


def _jobs() -> Part:
    due = [kind._default_manager.due().order_by().values_list("created_at") for kind in kinds()]
    first = due[0].union(*due[1:], all=True).order_by("created_at").first()
    if first is None:
        return Part("jobs", ok=True, detail=_("none waiting"))
    oldest = timezone.now() - first[0]
    return Part("jobs", ok=oldest < OLDEST_WAIT, detail=oldest_waits(oldest))


def oldest_waits(wait: timedelta) -> str:
    """What is seen of a queue."""
    return _("oldest waits %(wait)s") % {"wait": f"{wait.total_seconds():.0f} s"}


LOOKS: dict[str, Callable[[], Part]] = {
    "database": _database,
    "broker": _broker,
    "worker": _heartbeat("worker"),
    "heavy worker": _heavy_worker,
    "scheduler": _heartbeat("scheduler"),
    "storage": _storage,
    "jobs": _jobs,
}
"""Other rooms add their own looks when they start (the outbox of alerts)."""
