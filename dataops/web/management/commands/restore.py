"""`manage.py restore FILE`: a backup into an empty database, of either kind, while the product is stopped."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.web.backup import BackupError, restore, restore_keys


class Command(BaseCommand):
    help = "Put a backup into an empty database and migrate it to this version; stop the product first."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keys", type=Path, metavar="FILE", help="The keys that were saved beside it.")
        parser.add_argument("--replace", action="store_true", help="Lose what the database holds now.")

    def handle(self, *, file: Path, keys: Path | None, replace: bool, **_: Any) -> None:
        try:
            made = restore(file, replace=replace)
            if keys:
                restore_keys(keys)
        except (BackupError, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"{made.rows} rows and {len(made.files)} files of {made.made_at} are back.")
