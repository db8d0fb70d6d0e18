"""Doorways for workers."""

from celery import shared_task

from quality import services


@shared_task(name="quality.execute_run")
def execute_run(run_id: int) -> None:
    services.execute_run(run_id)
