"""Writes docs/reference anew after a check, drift method, channel or format changed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dataops.management import reference


class Command(BaseCommand):
    help = "Write the pages of docs/reference that are made from declarations."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in reference.pages().items():
            (folder / name).write_text(text)
            self.stdout.write(f"docs/reference/{name}")
