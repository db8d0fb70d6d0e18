"""Files to hand in."""

from gzip import compress

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import FilePayload

HEADER = "id,name,price,day"
ROWS = [f"{i},item {i % 17},{10 + i % 40}.5,2026-01-{i % 28 + 1:02}" for i in range(200)]
CLEAN = "\n".join([HEADER, *ROWS, ""]).encode()
# The price is lost, the name of every other row is empty, and everything came twice.
DAMAGED_ROWS = [f"{i},{'' if i % 2 else f'item {i % 17}'},2026-01-{i % 28 + 1:02}" for i in range(200)]
DAMAGED = "\n".join(["id,name,day", *DAMAGED_ROWS, *DAMAGED_ROWS, ""]).encode()


def broken_off() -> bytes:
    """A transfer that ended too early: its first MiB is fine, and only reading it all tells."""
    rows = (f"{i},{i * 7919 % 999_983},{i * 104_729 % 99_991},2026-01-01" for i in range(60_000))
    whole = compress("\n".join([HEADER, *rows]).encode())
    return whole[: len(whole) * 9 // 10]


def as_file(content: bytes, name: str = "orders.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def uploaded(content: bytes, name: str = "orders.csv") -> SimpleUploadedFile:
    """The same, past the form."""
    return SimpleUploadedFile(name, content, content_type="text/csv")
