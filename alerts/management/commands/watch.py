"""Watches the product itself and sends what is due, without Celery and without the broker.

What normally does that work may be just what is broken. Runs until it is stopped.
"""

import signal
import threading
from datetime import timedelta
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from alerts import services
from alerts.services.system import COMES_UP_WITHIN
from dataops.web import dead_man, runs

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 30.0
GRACE_SECONDS = COMES_UP_WITHIN.total_seconds()


class Command(BaseCommand):
    help = "Report silent workers, full disks and the like as alerts, and deliver them; runs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="Seconds between two looks.")
        parser.add_argument(
            "--grace", type=float, default=GRACE_SECONDS, help="Seconds that parts have to come up in."
        )

    def handle(self, *args: Any, pause: float, grace: float, **options: Any) -> None:
        stopped = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stopped.set())
        watch = services.SystemWatch(timedelta(seconds=grace))
        # A pause first: at the start of everything the other parts are not there yet.
        while not stopped.wait(pause):
            self._look(watch)

    def _look(self, watch: services.SystemWatch) -> None:
        try:
            is_well = watch.look()
            services.deliver_due()
            runs.sweep()  # the scheduler that does it may be what is silent, and the workers well
            if is_well:
                dead_man.call()
        except Exception as fault:  # it has to outlive the fault it is there to tell of
            log.warning("watching failed", fault=f"{type(fault).__name__}: {fault}")
        finally:
            connection.close()
