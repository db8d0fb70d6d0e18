"""Brings an installation up to date before its processes start; safe to run at every start."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from dataops import __version__

# Of packages whose other parts we use: no page of ours asks for them, and they take longest to compress.
UNUSED = ["redoc", "rest_framework", "django_htmx"]


class Command(BaseCommand):
    help = "Migrate the database, collect the static files, make the first admin and the sample data."

    def handle(self, *args: Any, **options: Any) -> None:
        shutil.rmtree(settings.DATAOPS_HOME / "metrics", ignore_errors=True)  # of processes that are gone
        settings.METRICS_DIR.mkdir(parents=True)
        call_command("migrate", interactive=False, verbosity=0)
        self._collect_static_files()
        call_command("bootstrap")
        connections.close_all()

    def _collect_static_files(self) -> None:
        """Hashing and compressing takes seconds, so it is done when a source file has changed."""
        mark = Path(settings.STATIC_ROOT) / "collected-from"
        sources = _fingerprint_of_sources()
        if not mark.exists() or mark.read_text() != sources:
            call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED)
            mark.write_text(sources)


def _fingerprint_of_sources() -> str:
    """Changes when a static file of any app is added, removed or edited."""
    digest = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=UNUSED):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
