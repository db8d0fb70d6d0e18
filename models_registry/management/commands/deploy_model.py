"""Deploy a sample template or a model file, here and now."""

import json
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.engine.errors import InspectionError
from dataops.web import runs
from dataops.web.runs import RunState, Trigger
from models_registry import services
from models_registry.enums import Task
from models_registry.formats.templates import TEMPLATES
from models_registry.models import DeployRun


class Command(BaseCommand):
    help = "Deploys a sample template or a model file as a new version and waits until it answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "what", help=f"A sample ({', '.join(TEMPLATES.keys())}) or the path of a model file."
        )
        parser.add_argument("--name", default="", help="Name of the model; a sample has one of its own.")
        parser.add_argument(
            "--task", default="", choices=["", *Task.values], help="Of a new model from a file."
        )
        parser.add_argument("--reference", type=Path, help="Table of what a file was trained on.")
        parser.add_argument("--target", default="", help="Column of the reference that holds the truth.")
        parser.add_argument("--signature", type=Path, help="JSON file: {features: [...], classes: [...]}.")
        parser.add_argument("--sample", type=Path, help="JSON file: a list of instances to answer.")
        parser.add_argument("--notes", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._requested(options)
        except InspectionError as refused:
            raise CommandError(str(refused)) from refused
        except (OSError, ValueError) as fault:
            raise CommandError(f"{fault}") from fault
        runs.finish(DeployRun, run.pk, services.execute_deploy_run, alone=False)
        run.refresh_from_db()
        if run.state != RunState.SUCCEEDED:
            raise CommandError(f"{run.version} was not deployed: {run.error or 'it was cancelled'}")
        self.stdout.write(f"{run.version} is ready.")

    def _requested(self, options: dict[str, Any]) -> DeployRun:
        what, notes = options["what"], options["notes"]
        if what in TEMPLATES:
            return services.deploy_model(
                template=what, name=options["name"], trigger=Trigger.SYSTEM, notes=notes
            )
        if not Path(what).is_file():
            raise CommandError(f"{what!r} is neither a file nor a sample ({', '.join(TEMPLATES.keys())}).")
        reference = options["reference"]
        return services.deploy_artifact(
            name=options["name"] or Path(what).stem,
            file=_upload(Path(what)),
            task=options["task"],
            reference=_upload(reference) if reference else None,
            target=options["target"],
            signature=_json(options["signature"]),
            sample=_json(options["sample"]) or [],
            notes=notes,
            trigger=Trigger.SYSTEM,
        )


def _upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def _json(path: Path | None) -> Any:
    return json.loads(path.read_text()) if path else None
