"""What runs by itself, and how often; the rows of jobs say what is due, these only look."""

from datetime import timedelta
from typing import Any

# A look that nobody took before the next one is due is dropped; daily ones wait for an hour.
LONGEST_WAIT = timedelta(hours=1)


def _every(interval: timedelta, task: str, **options: Any) -> dict[str, Any]:
    expires = min(interval, LONGEST_WAIT).total_seconds()
    return {"task": task, "schedule": interval, "options": options | {"expires": expires}}


BEAT = {
    "sweep runs": _every(timedelta(seconds=15), "web.sweep"),
    "deliver notifications": _every(timedelta(seconds=5), "alerts.deliver_due"),
    "silences, reminders, escalation and digests": _every(timedelta(seconds=30), "alerts.look_after_open"),
    "scheduler heartbeat": _every(timedelta(seconds=15), "web.beat"),
    "heavy worker heartbeat": _every(timedelta(seconds=30), "web.worker_alive", queue="heavy"),
    "start due sources": _every(timedelta(seconds=15), "quality.start_due"),
    "start due drift checks": _every(timedelta(seconds=15), "models_registry.start_due"),
    "watch for late data": _every(timedelta(seconds=60), "quality.watch_deadlines"),
    "purge failing rows": _every(timedelta(hours=1), "quality.purge_failing_rows"),
    "remove old files": _every(timedelta(hours=1), "quality.remove_old_files"),
    "remove old alert history": _every(timedelta(days=1), "alerts.remove_old", queue="heavy"),
    "remove old predictions": _every(
        timedelta(days=1), "models_registry.remove_old_predictions", queue="heavy"
    ),
    "estimate performance": _every(timedelta(hours=1), "models_registry.estimate_performance", queue="heavy"),
    "file predictions": _every(timedelta(seconds=5), "models_registry.file_waiting"),
    "ask shadow versions": _every(timedelta(seconds=10), "models_registry.ask_shadows", queue="heavy"),
    "weekly report": _every(timedelta(minutes=15), "dashboard.send_weekly_report", queue="heavy"),
    "tidy": _every(timedelta(hours=1), "web.tidy"),
}
