"""Train and deploy a sample template, here and now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.engine.errors import InspectionError
from dataops.web.runs import RunState, Trigger
from models_registry import services
from models_registry.formats.templates import TEMPLATES


class Command(BaseCommand):
    help = "Deploys a sample template as a new version of a model and waits until it answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("template", choices=TEMPLATES.keys())
        parser.add_argument("--name", default="", help="Name of the model; the template's own by default.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = services.deploy_model(
                template=options["template"], name=options["name"], trigger=Trigger.SYSTEM
            )
        except InspectionError as refused:
            raise CommandError(str(refused)) from refused
        services.execute_deploy_run(run.pk)
        run.refresh_from_db()
        if run.state != RunState.SUCCEEDED:
            raise CommandError(f"{run.version} was not deployed: {run.error or 'a worker took it over'}")
        self.stdout.write(f"{run.version} is ready.")
