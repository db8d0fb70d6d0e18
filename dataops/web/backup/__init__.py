"""Everything an installation keeps, in one file that either database can be restored from.

The file is a ZIP: ``manifest.json``, ``tables/<model>.jsonl`` (a line a row, in the order of the manifest's
fields) and ``storage/...`` (uploads and model artifacts). It names the migrations its rows belong to, so
that a later version restores them as they were and migrates them then. Keys are never part of it.
"""

from dataops.web.backup.archive import BackupError, Manifest
from dataops.web.backup.keys import restore_keys, save_keys
from dataops.web.backup.restoring import restore
from dataops.web.backup.writing import backup

__all__ = ["BackupError", "Manifest", "backup", "restore", "restore_keys", "save_keys"]
