"""Damaged files of every format for the readers: each is read or refused, none ends or holds up the process.

``python -m tests.faults.fuzz [MINUTES [SEED]]``; `make fuzz` is ten minutes. A case is told by
its number, and made again by it: ``python -m tests.faults.fuzz case NUMBER FILE``.
"""

import bz2
import gzip
import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq

from dataops.engine.errors import InspectionError
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset

DATA = Path(__file__).parents[1] / "data"
CPU_SECONDS, CLOCK_SECONDS, MEMORY_BYTES = 20, 60, 8 * 1024**3
MOST_CHANGES = 8
TELLING = [
    b"\0",
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"[",
    b"PK",
    b"=",
]


@cache
def corpus() -> tuple[bytes, ...]:
    """A sound file of each format."""
    rows = [{"id": n, "name": f"näme {n}", "at": f"2024-01-{n % 28 + 1:02}", "x": n / 7} for n in range(60)]
    table = pa.Table.from_pylist(rows)
    lines = ["id,name,at,x", *(f'{r["id"]},"{r["name"]}",{r["at"]},{r["x"]}' for r in rows)]
    text = "\n".join(lines)
    documents = [json.dumps(row) for row in rows]
    csv = text.encode()
    sheets = [path.read_bytes() for path in sorted(DATA.glob("*.xls*"))]
    return (
        csv, text.encode("utf-16"), text.replace(",", ";").encode("latin-1", "replace"),
        f"[{','.join(documents)}]".encode(), "\n".join(documents).encode(),
        _parquet(table), _arrow(table), gzip.compress(csv), bz2.compress(csv), _zipped(csv), *sheets,
    )  # fmt: skip


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _arrow(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    with pa.ipc.new_file(buffer, table.schema) as file:
        file.write_table(table)
    return buffer.getvalue()


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return buffer.getvalue()


def case(number: int) -> bytes:
    """The same damage for the same number."""
    chance = random.Random(number)
    content = bytearray(chance.choice(corpus()))
    for _ in range(chance.randint(1, MOST_CHANGES)):
        chance.choice(DAMAGE)(content, chance)
    return bytes(content)


def _flip(content: bytearray, chance: random.Random) -> None:
    if content:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _cut(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content) + 1)
    del content[start : start + chance.randint(1, max(len(content) // 4, 1))]


def _insert(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content) + 1)
    content[at:at] = chance.choice(TELLING) * chance.choice([1, 1, 1, 300])


def _repeat(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content) + 1)
    content[start:start] = content[start : start + chance.randint(1, 200)]


def _overwrite(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content) + 1)
    content[start : start + 4] = chance.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])


DAMAGE: list[Callable[[bytearray, random.Random], None]] = [_flip, _cut, _insert, _repeat, _overwrite]


def fault_of(number: int, folder: Path) -> str:
    """What went wrong in a process of its own: empty when the file was read, or refused in words."""
    path, said = folder / "case.csv", folder / "said"
    path.write_bytes(case(number))
    code = _exit_code(path, said)
    if code == -signal.SIGALRM:  # by the clock: the machine may have been busy, so it is given another chance
        code = _exit_code(path, said)
    if code in (-signal.SIGALRM, -signal.SIGXCPU):
        return f"took longer than {CPU_SECONDS} s of processor time, or {CLOCK_SECONDS} s"
    return said.read_text() or (f"ended the process ({code})" if code else "")


def _exit_code(path: Path, said: Path) -> int:
    said.write_text("")
    child = os.fork()
    if not child:
        _read(path, said)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _read(path: Path, said: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(CLOCK_SECONDS)
    try:
        profile(open_dataset(path))
    except InspectionError:
        pass
    except BaseException:
        said.write_text(traceback.format_exc(limit=-4))
    os._exit(0)


def main(minutes: float, seed: int) -> int:
    """1 when a reader broke."""
    ends, number, broken = time.monotonic() + minutes * 60, seed, 0
    with tempfile.TemporaryDirectory(prefix="dataops-fuzz-") as folder:
        while time.monotonic() < ends:
            if fault := fault_of(number, Path(folder)):
                broken += 1
                print(f"case {number}: {fault}", flush=True)
            number += 1
    print(f"{number - seed} cases from {seed}, {broken} broke a reader")
    return min(broken, 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["case"]:
        Path(sys.argv[3]).write_bytes(case(int(sys.argv[2])))
    else:
        named = [*sys.argv[1:], *["10", "1"][len(sys.argv) - 1 :]]
        sys.exit(main(float(named[0]), int(named[1])))
