"""Let a flight model predict the sample's later months as of their own time, and check each for drift."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.engine.errors import InspectionError
from models_registry import services
from models_registry.models import Model


def months(text: str) -> list[int]:
    """ "7-12" or "4" as months; raises ArgumentTypeError for anything else.

    >>> months("7-9")
    [7, 8, 9]
    """
    first, _, last = text.partition("-")
    try:
        found = list(range(int(first), int(last or first) + 1))
    except ValueError:
        found = []
    if not found or not 1 <= found[0] <= found[-1] <= 12:
        raise ArgumentTypeError(f"{text!r} are no months; write 7-12 or 7")
    return found


class Command(BaseCommand):
    help = (
        "Predicts sample flights of 2013 with a deployed flight model, records what really happened, "
        "and checks month by month for drift."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="Name of the model.")
        parser.add_argument(
            "--months", type=months, default=months("7-12"), help="Such as 7-12, the default."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        model = Model.objects.filter(name=options["model"]).first()
        if model is None:
            known = ", ".join(Model.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no model {options['model']!r}; there are: {known}.")
        try:
            rows = sum(self._replayed(model, month) for month in options["months"])
        except InspectionError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{rows:,} flights predicted by {model.name}, with their truth.")

    def _replayed(self, model: Model, month: int) -> int:
        rows = services.replay_flights(model=model, months=[month])
        check = services.check_flights(model=model, months=[month])
        self.stdout.write(f"2013-{month:02}: {check.verdict or check.error}")
        return rows
