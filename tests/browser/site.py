"""The product served from this process, over a folder of its own with database and files.

The database is a file, not memory: each thread of the server then has a connection of its own, as
in production, and the test may write while a page polls.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test import Client, override_settings
from django.test.testcases import QuietWSGIRequestHandler

DATABASE = "dataops.sqlite3"
PLAIN_STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@contextmanager
def over(folder: Path) -> Iterator[None]:
    """Every thread of this process works on the database and the files in ``folder``."""
    usual, kept = connections.settings["default"], connections["default"]
    connections.settings["default"] = usual | {"NAME": str(folder / DATABASE)}
    del connections["default"]
    try:
        with override_settings(MEDIA_ROOT=folder / "storage", STORAGES=settings.STORAGES | PLAIN_STATIC):
            yield
    finally:
        connections.close_all()
        connections.settings["default"] = usual
        connections["default"] = kept


def prepare(folder: Path) -> None:
    """An installation without people and data."""
    folder.mkdir(parents=True, exist_ok=True)
    with over(folder):
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)


def copy(origin: Path, target: Path) -> Path:
    """The same installation once more, to be changed at will."""
    return Path(shutil.copytree(origin, target))


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The product over ``folder`` at an address of its own, which is yielded."""
    with over(folder):
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        server.daemon_threads = True
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="site")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def session_of(user: Any) -> str:
    """The session cookie of somebody who signed in."""
    client = Client()
    client.force_login(user, backend="dataops.web.locale.PeopleBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
