"""Doorways for workers."""

from celery import shared_task

from quality import services


@shared_task(name="quality.execute_run")
def execute_run(run_id: int) -> None:
    services.execute_run(run_id)


@shared_task(name="quality.start_due")
def start_due() -> None:
    services.start_due()


@shared_task(name="quality.watch_deadlines")
def watch_deadlines() -> None:
    services.watch_deadlines()


@shared_task(name="quality.purge_failing_rows")
def purge_failing_rows() -> None:
    services.purge_failing_rows()


@shared_task(name="quality.remove_old_files")
def remove_old_files() -> None:
    services.remove_old_files()
    services.discard_old_uploads()


@shared_task(name="quality.try_rule")
def try_rule(run_id: int) -> None:
    services.execute_backtest(run_id)


@shared_task(name="quality.suggest_rules")
def suggest_rules(run_id: int) -> None:
    services.execute_suggestions(run_id)
