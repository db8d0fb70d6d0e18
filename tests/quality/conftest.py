"""Files to hand in, and a source that has some history."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quality import services
from quality.models import CheckRun

HEADER = "id,name,price,day\n"


def csv_bytes(
    rows: int = 200, *, start: int = 0, edit: Callable[[int, list[str]], list[str]] | None = None
) -> bytes:
    """A small clean table; ``edit`` may damage the fields of a row."""
    lines = []
    for i in range(start, start + rows):
        fields = [str(i), f"item {i % 17}", f"{10 + i % 40}.5", f"2026-01-{i % 28 + 1:02}"]
        lines.append(",".join(edit(i, fields) if edit else fields))
    return (HEADER + "\n".join(lines) + "\n").encode()


@pytest.fixture
def csv_file() -> Callable[..., SimpleUploadedFile]:
    def make(content: bytes | None = None, name: str = "orders.csv") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, csv_bytes() if content is None else content, content_type="text/csv")

    return make


@pytest.fixture
def uploaded(user, csv_file, drain) -> Callable[..., CheckRun]:
    """``uploaded(content)``: a file that went all the way; returns its finished run."""
    editor = user("editor")

    def upload(content: bytes | None = None, *, source_name: str = "orders") -> CheckRun:
        receipt = services.receive_upload(file=csv_file(content), source_name=source_name, by=editor)
        drain()
        receipt.run.refresh_from_db()
        return receipt.run

    return upload
