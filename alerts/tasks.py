"""Doorways for workers; safe to run twice, late or at once."""

from celery import shared_task

from alerts import services


@shared_task(name="alerts.deliver_due")
def deliver_due() -> None:
    services.deliver_due()


@shared_task(name="alerts.look_after_open")
def look_after_open() -> None:
    services.release()
    services.lapse()
    services.remind()
    services.call_more()
    services.send_digests()
    services.send_postponed()


@shared_task(name="alerts.remove_old")
def remove_old() -> None:
    services.remove_old()
