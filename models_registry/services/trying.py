"""Has a stranger's artifact loaded by a process that can be lost."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings

from dataops.engine.confine import Bounds, bare_environment, cut_off, die_with_parent, set_bounds
from dataops.engine.errors import InspectionError
from dataops.web.child import how_it_ended
from dataops.web.processes import ROOT
from models_registry.formats.base import BrokenArtifact

POLL_SECONDS = 0.2
TAIL_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Tried:
    """What the trial told, see ``models_registry.formats.trial``; ``graph`` is a proven ONNX form."""

    told: Mapping[str, Any]
    graph: bytes | None


def try_artifact(
    folder: Path,
    *,
    format_key: str,
    artifact: Path,
    allowed: frozenset[str],
    signature: Mapping[str, Any] | None,
    sample: Sequence[Any],
    reference: pa.Table | None,
    progress: Callable[[], None],
) -> Tried:
    """Load and ask the artifact in a child process working in ``folder``.

    ``progress`` is called while it runs, and may raise to stop it. Raises what the trial refuses, and
    BrokenArtifact when it needs too much memory or time, or crashes.
    """
    request = {
        "format": format_key,
        "artifact": str(artifact),
        "allowed": sorted(allowed),
        "signature": signature,
        "sample": list(sample),
    }
    (folder / "request.json").write_text(json.dumps(request))
    if reference is not None:
        with (
            pa.OSFile(str(folder / "reference.arrow"), "wb") as file,
            pa.ipc.new_file(file, reference.schema) as out,
        ):
            out.write_table(reference)
    _run(folder, progress)
    told = json.loads((folder / "result.json").read_text())
    if refused := told.get("refused"):
        raise InspectionError(refused["message"], code=refused["code"])
    graph = folder / "serving.onnx"
    return Tried(told, graph.read_bytes() if graph.exists() else None)


def _run(folder: Path, progress: Callable[[], None]) -> None:
    limit = settings.MODEL_TRIAL_SECONDS
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "models_registry.formats.trial", str(folder)],
            cwd=ROOT,
            env=bare_environment(HOME=str(folder), TMPDIR=str(folder), PYTHONDONTWRITEBYTECODE="1"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=partial(_shut_in, _bounds()),
        )
    try:
        ends_at = time.monotonic() + limit
        while child.poll() is None:
            if time.monotonic() > ends_at:
                raise BrokenArtifact(f"Loading and asking the model took longer than {limit} s.")
            progress()
            time.sleep(POLL_SECONDS)
    finally:
        child.kill()
        child.wait()
    if child.returncode or not (folder / "result.json").exists():
        raise BrokenArtifact(_why(child.returncode, folder))


def _why(exit_code: int, folder: Path) -> str:
    tail = (folder / "log").read_bytes()[-TAIL_BYTES:].decode(errors="replace").strip()
    last = tail.splitlines()[-1] if tail else ""
    if "MemoryError" in tail or "bad_alloc" in tail:
        most = settings.MODEL_TRIAL_BYTES // 1024**2
        return f"The model needs more than {most:,} MiB of memory to be loaded and asked."
    return f"The process that loaded the model {how_it_ended(exit_code)}: {last[:300]}"


def _bounds() -> Bounds:
    most = settings.MODEL_TRIAL_BYTES
    return Bounds(memory_bytes=most, cpu_seconds=settings.MODEL_TRIAL_SECONDS, file_bytes=most)


def _shut_in(bounds: Bounds) -> None:
    """In the child, before it runs."""
    die_with_parent()
    cut_off()
    set_bounds(bounds)
