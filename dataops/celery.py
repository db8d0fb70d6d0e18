"""The Celery application: workers and beat start from here, web processes publish through it."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init, worker_ready
from django_structlog.celery.steps import DjangoStructLogInitStep

from dataops.web import telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dataops.settings")

app = Celery("dataops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@worker_ready.connect
def _say_hello(sender: Any, **_: Any) -> None:
    """A worker is alive as soon as it listens, not only when the first periodic task comes by."""
    from dataops.web import health

    for queue in sender.app.amqp.queues.consume_from:
        health.beat(health.WORKERS[queue])


@worker_process_init.connect
def _be_ready_to_check(**_: Any) -> None:
    """The process that reads data takes seconds to load: it is started before the first job comes."""
    from dataops.web.apart import CHECKING

    CHECKING.start()


@worker_init.connect
def _trace(**_: Any) -> None:
    telemetry.start_tracing("dataops-worker")


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """The settings have set up logging; without a receiver here Celery would put its own level over it."""
