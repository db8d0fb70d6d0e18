"""The kernel's own periodic work; each task may run twice or late without harm."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from dataops.web import audit, health, runs, statistics, storage, throttle
from dataops.web.models import IdempotencyRecord


@shared_task(name="web.sweep")
def sweep() -> None:
    runs.sweep()
    audit.seal()


@shared_task(name="web.beat")
def beat() -> None:
    # Sent by the scheduler and run by the fast worker: when it arrives, both are alive.
    health.beat("scheduler")
    health.beat("worker")


@shared_task(name="web.worker_alive")
def worker_alive() -> None:
    health.beat("heavy worker")


@shared_task(name="web.tidy")
def tidy() -> None:
    """Drop what has no more use: sessions, failures, day-old keys, uploads cut off; count what is left."""
    storage.remove_abandoned_uploads()
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    throttle.tidy()
    IdempotencyRecord.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    statistics.refresh()
