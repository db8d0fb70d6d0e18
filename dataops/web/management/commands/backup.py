"""`manage.py backup FILE`: everything an installation keeps, while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dataops.web.backup import BackupError, backup, save_keys


class Command(BaseCommand):
    help = "Write the database, of either kind, and the uploads into one file; keys are apart."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--without-uploads",
            action="store_true",
            help="The database alone; the storage is kept otherwise.",
        )
        parser.add_argument(
            "--keys",
            type=Path,
            metavar="FILE",
            help="Write the keys into a file of their own: keep it elsewhere.",
        )

    def handle(self, *, file: Path, without_uploads: bool, keys: Path | None, **_: Any) -> None:
        try:
            made = backup(file, uploads=not without_uploads)
            self.stdout.write(f"{made.rows} rows and {len(made.files)} files are in {file}.")
            if keys:
                self.stdout.write(
                    f"{', '.join(save_keys(keys)) or 'No key'} written to {keys}: keep it elsewhere."
                )
        except (BackupError, OSError) as fault:
            raise CommandError(str(fault)) from None
