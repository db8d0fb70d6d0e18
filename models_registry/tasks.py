"""Where the worker comes in."""

from celery import shared_task

from models_registry import services


@shared_task(name="models_registry.execute_deploy_run")
def execute_deploy_run(run_id: int) -> None:
    services.execute_deploy_run(run_id)


@shared_task(name="models_registry.execute_ingest_run")
def execute_ingest_run(run_id: int) -> None:
    services.execute_ingest_run(run_id)


@shared_task(name="models_registry.execute_drift_run")
def execute_drift_run(run_id: int) -> None:
    services.execute_drift_run(run_id)


@shared_task(name="models_registry.execute_backtest")
def execute_backtest(run_id: int) -> None:
    services.execute_backtest(run_id)


@shared_task(name="models_registry.start_due")
def start_due() -> None:
    services.start_due()


@shared_task(name="models_registry.estimate_performance")
def estimate_performance() -> None:
    services.estimate_missing()


@shared_task(name="models_registry.measure_performance")
def measure_performance(version_id: int, week: str) -> None:
    services.measure_week(version_id, week)


@shared_task(name="models_registry.file_waiting")
def file_waiting() -> None:
    services.file_waiting(seconds=2)  # so that other quick jobs have their turn; the rest has its own next


@shared_task(name="models_registry.ask_shadows")
def ask_shadows() -> None:
    services.ask_shadows()


@shared_task(name="models_registry.execute_scoring_run")
def execute_scoring_run(run_id: int) -> None:
    services.execute_scoring_run(run_id)


@shared_task(name="models_registry.remove_old_predictions")
def remove_old_predictions() -> None:
    services.remove_old_predictions()
