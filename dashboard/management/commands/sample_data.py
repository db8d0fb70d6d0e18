"""Load or remove the sample data, as the page of the settings does."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard import services
from dataops.web.features import SwitchedOff
from dataops.web.models import SampleRun
from dataops.web.runs import RunState, Trigger


class Command(BaseCommand):
    help = "Loads the sample source and models, or removes them with all that belongs to them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=SampleRun.Action.values)
        parser.add_argument("--yes", action="store_true", help="Remove without listing first what goes.")

    def handle(self, *args: Any, **options: Any) -> None:
        action = options["action"]
        if action == SampleRun.Action.REMOVE and not options["yes"]:
            self._tell(services.samples())
            return
        try:
            job = services.request_samples(action, by=None, trigger=Trigger.SYSTEM)
        except SwitchedOff as refused:
            raise CommandError(str(refused)) from refused
        services.execute_samples(job.pk)
        job.refresh_from_db()
        if job.state == RunState.RUNNING:
            raise CommandError("A worker is at it; follow it under Settings, Sample data.")
        if job.state != RunState.SUCCEEDED:
            raise CommandError(job.error or f"The job is {job.state}.")
        self.stdout.write("The sample data is loaded." if action == "load" else "The sample data is gone.")

    def _tell(self, there: list[services.Sample]) -> None:
        """What would go; nothing is removed by accident."""
        for sample in there:
            counts = ", ".join(f"{count} {name}" for name, count in asdict(sample.removal).items())
            self.stdout.write(f"{sample.kind} {sample.thing}: {counts}")
        said = (
            "Nothing was removed. Add --yes to remove this for good." if there else "There is no sample data."
        )
        self.stdout.write(said)
