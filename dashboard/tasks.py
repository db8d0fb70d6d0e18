"""Doorways for workers; safe to run twice, late or at once."""

from celery import shared_task

from dashboard import services
from dashboard.presenters.business import letter
from dataops.web import sight


@shared_task(name="dashboard.execute_samples")
def execute_samples(run_id: int) -> None:
    services.execute_samples(run_id)


@shared_task(name="dashboard.send_weekly_report")
def send_weekly_report() -> None:
    if week := services.due_week():
        with sight.for_everybody():
            services.post_weekly_mail(lambda: letter(services.weekly_mail().by), week=week)
