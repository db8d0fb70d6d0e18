"""A full disk and a database that is away are told as what they are, and pass."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from dataops.web import queue
from quality.models import CheckRun, DataSource
from tests.support.missing import MissingError, skip

pytestmark = pytest.mark.django_db

UPLOAD = "/api/v1/data-quality/upload"
LARGE = b"id,name\n" + b"".join(b"%d,a name that takes some room\n" % n for n in range(120_000))
SMALL = b"id,name\n1,a\n2,b\n"


@pytest.fixture
def small_disk(settings) -> Iterator[Path]:
    """Two megabytes for everything that is uploaded."""
    folder = Path(tempfile.mkdtemp(prefix="dataops-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        shutil.rmtree(folder)
        skip(MissingError("the right to mount a small disk"))
    settings.FILE_UPLOAD_TEMP_DIR, settings.MEDIA_ROOT = folder, folder / "storage"
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def test_an_upload_onto_a_full_disk_is_507_leaves_nothing_and_works_once_there_is_room(small_disk, api):
    client = api("editor")
    client.raise_request_exception = False
    refused = client.post(UPLOAD, {"file": SimpleUploadedFile("orders.csv", LARGE), "source": "orders"})
    accepted = client.post(UPLOAD, {"file": SimpleUploadedFile("orders.csv", SMALL), "source": "orders"})

    assert (refused.status_code, refused["Content-Type"]) == (507, "application/problem+json")
    assert "disk of the server is full" in refused.json()["detail"]
    assert accepted.status_code == 202
    assert (DataSource.objects.count(), CheckRun.objects.count()) == (1, 1)
    assert [path.name for path in small_disk.iterdir()] == ["storage"]


AWAY = (503, "5", "database does not answer")
FAULTS = {
    "closed": (OperationalError("server closed the connection unexpectedly"), AWAY),
    "failed over": (InternalError("cannot execute UPDATE in a read-only transaction"), AWAY),
    "no room": (OperationalError("database or disk is full"), (507, "60", "disk of the server is full")),
}


@pytest.mark.parametrize(("fault", "answer"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("address", ["/alerts/", "/api/v1/data-quality/sources"])
def test_what_its_database_lacks_is_told_with_when_to_ask_again(
    client_as, monkeypatch, address, fault, answer
):
    def fail(*_, **__):
        raise fault

    browser = client_as("viewer")
    browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "cursor", fail)
        refused = browser.get(address)

    status, again, words = answer
    assert (refused.status_code, refused["Retry-After"]) == (status, again)
    assert words in refused.content.decode()
    assert browser.get(address).status_code == 200


def test_without_its_broker_uploads_are_taken_and_the_dashboard_says_so(
    api, client_as, monkeypatch, django_capture_on_commit_callbacks
):
    for name in ("broker_write_url", "broker_read_url"):
        monkeypatch.setattr(current_app.conf, name, "redis://127.0.0.1:1/0")
    monkeypatch.setattr(queue, "_broken_until", 0.0)
    queue._producers.cache_clear()
    with django_capture_on_commit_callbacks(execute=True):
        file = SimpleUploadedFile("orders.csv", SMALL)
        accepted = api("editor").post(UPLOAD, {"file": file, "source": "orders"})
    queue._producers.cache_clear()
    page = client_as("viewer").get("/settings/system/")

    assert accepted.status_code == 202
    assert CheckRun.objects.get().state == "queued"
    assert "broker" in {part.name for part in page.context["parts"] if not part.ok}
