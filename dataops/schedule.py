"""What runs by itself, and how often; the rows of jobs say what is due, these only look."""

from datetime import timedelta

BEAT = {
    "sweep runs": {"task": "web.sweep", "schedule": timedelta(seconds=15), "options": {"expires": 15}},
    "deliver notifications": {
        "task": "alerts.deliver_due",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "silences, reminders, escalation and digests": {
        "task": "alerts.look_after_open",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "scheduler heartbeat": {
        "task": "web.beat",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "heavy worker heartbeat": {
        "task": "web.worker_alive",
        "schedule": timedelta(seconds=30),
        "options": {"queue": "heavy", "expires": 30},
    },
    "start due sources": {
        "task": "quality.start_due",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "start due drift checks": {
        "task": "models_registry.start_due",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "watch for late data": {
        "task": "quality.watch_deadlines",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "purge failing rows": {
        "task": "quality.purge_failing_rows",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "remove old files": {
        "task": "quality.remove_old_files",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "remove old alert history": {
        "task": "alerts.remove_old",
        "schedule": timedelta(days=1),
        "options": {"queue": "heavy", "expires": 3600},
    },
    "remove old predictions": {
        "task": "models_registry.remove_old_predictions",
        "schedule": timedelta(days=1),
        "options": {"queue": "heavy", "expires": 3600},
    },
    "estimate performance": {
        "task": "models_registry.estimate_performance",
        "schedule": timedelta(hours=1),
        "options": {"queue": "heavy", "expires": 3600},
    },
    "ask shadow versions": {
        "task": "models_registry.ask_shadows",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "heavy", "expires": 10},
    },
    "weekly report": {
        "task": "dashboard.send_weekly_report",
        "schedule": timedelta(minutes=15),
        "options": {"queue": "heavy", "expires": 900},
    },
    "tidy": {"task": "web.tidy", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
}
