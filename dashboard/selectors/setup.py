"""How an installation is set up, and what it keeps."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from alerts.models import Channel
from models_registry.models import ModelVersion
from quality.models import Snapshot


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of the disk that the data lives on, and how many of them are files of ours."""

    total_bytes: int
    free_bytes: int
    snapshot_bytes: int
    artifact_bytes: int


def has_mail_channel() -> bool:
    """Whether alerts can reach a mailbox: a mail server and an enabled channel; at most one query."""
    return bool(settings.EMAIL_URL) and Channel.objects.filter(kind="email", enabled=True).exists()


def space() -> Space:
    """What is kept and what is left; two queries."""
    disk = shutil.disk_usage(settings.DATAOPS_HOME)
    return Space(
        total_bytes=disk.total,
        free_bytes=disk.free,
        snapshot_bytes=Snapshot.objects.aggregate(total=Sum("bytes"))["total"] or 0,
        artifact_bytes=ModelVersion.objects.aggregate(total=Sum("artifact_bytes"))["total"] or 0,
    )
