"""Files to hand in."""

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import FilePayload

HEADER = "id,name,price,day"
ROWS = [f"{i},item {i % 17},{10 + i % 40}.5,2026-01-{i % 28 + 1:02}" for i in range(200)]
CLEAN = "\n".join([HEADER, *ROWS, ""]).encode()
# The price is lost, the name of every other row is empty, and everything came twice.
DAMAGED_ROWS = [f"{i},{'' if i % 2 else f'item {i % 17}'},2026-01-{i % 28 + 1:02}" for i in range(200)]
DAMAGED = "\n".join(["id,name,day", *DAMAGED_ROWS, *DAMAGED_ROWS, ""]).encode()


def as_file(content: bytes, name: str = "orders.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def uploaded(content: bytes, name: str = "orders.csv") -> SimpleUploadedFile:
    """The same, past the form."""
    return SimpleUploadedFile(name, content, content_type="text/csv")
