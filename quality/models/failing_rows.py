"""Rows that failed a check, kept for a while."""

import zlib
from collections.abc import Sequence

import numpy as np
from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from quality.enums import RowKind
from quality.models.run import CheckResult


class FailingRows(models.Model):
    """Some of the rows that fail one check as they are written, and where all of a file stand.

    Rows are personal until shown otherwise: they are read through ``selectors.failing_rows`` alone,
    which masks and obeys the switch of the source.
    """

    result = models.OneToOneField(CheckResult, on_delete=models.CASCADE, related_name="failing_rows")
    kind = models.CharField(max_length=10, choices=RowKind, default=RowKind.FILE, help_text="What they are.")
    columns = models.JSONField(help_text="Names of the columns shown.")
    marked = models.JSONField(help_text="The columns the check looks at.")
    rows = models.JSONField(help_text="Per row its number (in the file, if it stands in one) and its cells.")
    personal = models.JSONField(help_text="By column: what it likely tells of people.")
    numbers = models.BinaryField(help_text="Numbers of all failing rows of a file, packed.")
    total = models.PositiveBigIntegerField(help_text="How many rows fail; of a file, how many numbers.")
    expires_at = models.DateTimeField(db_index=True)

    objects = SightedManager()
    unseen = hanging_on(source="result__run__source")

    class Meta:
        verbose_name_plural = "failing rows"
        permissions = [("unmask_failing_rows", "Can see personal data in failing rows")]

    def __str__(self) -> str:
        return f"failing rows of {self.result}"


def pack_numbers(numbers: Sequence[int]) -> bytes:
    """Rising whole numbers in little space: the steps between them, compressed."""
    steps = np.diff(np.asarray(numbers, dtype=np.int64), prepend=0)
    return zlib.compress(steps.astype("<i8").tobytes())


def unpack_numbers(packed: bytes) -> list[int]:
    """
    >>> unpack_numbers(pack_numbers([2, 3, 500]))
    [2, 3, 500]
    """
    numbers: list[int] = np.cumsum(np.frombuffer(zlib.decompress(packed), dtype="<i8")).tolist()
    return numbers
