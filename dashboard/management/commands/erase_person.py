"""Erase what is kept of somebody, by values that stand for them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard import services


class Command(BaseCommand):
    help = (
        "Erase kept rows, rejects, quoted values and predictions in which a value stands as a whole cell. "
        "Values are read from standard input, one a line, so that no list of processes shows them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--yes", action="store_true", help="It cannot be taken back; say that you mean it."
        )

    def handle(self, *, yes: bool, **_: Any) -> None:
        if not yes:
            raise CommandError("What is erased is gone. Say --yes when you mean it.")
        values = [line.strip() for line in sys.stdin if line.strip()]
        try:
            erased = services.erase_person(values, by=None)
        except services.TooShort as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(
            f"Erased {erased.kept_rows} rows, rejects and quoted values and {erased.predictions} predictions."
        )
