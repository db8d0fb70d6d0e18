"""`manage.py up`: the whole product in the foreground, on this machine, with one command."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.web import up
from dataops.web.supervisor import StartupError


class Command(BaseCommand):
    help = "Start web, workers, scheduler and broker, restart what dies, stop all with Ctrl-C."
    requires_system_checks = ()  # preparing runs them, in a process of its own

    def add_arguments(self, parser: CommandParser) -> None:
        up.add_arguments(parser)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            up.run(settings.DATAOPS_HOME, host=host, port=port)
        except StartupError as fault:
            raise CommandError(f"DataOps Inspector did not start: {fault}") from None
