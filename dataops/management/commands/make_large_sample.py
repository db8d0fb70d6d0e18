"""Fills an installation with as much as a large team has after a quarter, to measure pages by."""

from dataclasses import asdict, fields
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from dataops.management.large import Size
from dataops.management.large.alerts import make_alerts
from dataops.management.large.models import make_models
from dataops.management.large.quality import make_sources
from dataops.web import statistics
from quality.models import DataSource

SEED = 20130701


class Command(BaseCommand):
    help = "Adds made-up sources, runs, results, models and alerts by the thousand; for measuring only."

    def add_arguments(self, parser: CommandParser) -> None:
        for field in fields(Size):
            parser.add_argument(f"--{field.name}", type=int, default=field.default)

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(**{field.name: options[field.name] for field in fields(Size)})
        if min(asdict(size).values()) < 1:
            raise CommandError("Every number must be at least 1.")
        if DataSource.objects.filter(tags__icontains="large").exists():
            raise CommandError("This installation has a large sample already.")
        random = Random(SEED)  # noqa: S311 - made-up numbers, the same ones every time
        with transaction.atomic():
            sources = make_sources(size, random)
            make_alerts([*sources, *make_models(size, random)], size, random)
        statistics.refresh()
        results = size.sources * size.runs * size.results
        self.stdout.write(
            f"{size.sources:,} sources, {results:,} results, {size.models:,} models, {size.alerts:,} alerts."
        )
