"""The keys of an installation, kept apart from its backup: who has both can read every password in it."""

import json
import os
from pathlib import Path

from django.conf import settings

from dataops.web.backup.archive import BackupError

NAMES = ("secret_key", "secrets_key")
"""Files in DATAOPS_HOME: of sessions and tokens, and of stored passwords."""


def save_keys(path: Path) -> list[str]:
    """Write the keys that are files here; those of the environment are kept where that comes from.

    Returns their names. Raises BackupError when there is such a file already.
    """
    found = {name: key.read_text() for name in NAMES if (key := settings.DATAOPS_HOME / name).exists()}
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(found, file)
    except FileExistsError:
        raise BackupError(f"{path} is there already; name another file, or remove it first.") from None
    return sorted(found)


def restore_keys(path: Path) -> list[str]:
    """Put the keys back before anything else is started; returns their names. Raises BackupError."""
    try:
        found = json.loads(path.read_text())
        texts = {name: str(found[name]) for name in NAMES if name in found}
    except (OSError, TypeError, ValueError) as fault:
        raise BackupError(f"{path} cannot be read as keys: {fault}") from None
    for name, text in texts.items():
        target = settings.DATAOPS_HOME / name
        target.touch(mode=0o600)
        target.write_text(text)
    return sorted(texts)
