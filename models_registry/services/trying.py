"""Has a stranger's artifact loaded by a process that can be lost."""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings

from dataops.engine.errors import InspectionError
from dataops.web.child import how_it_ended
from dataops.web.processes import ROOT, die_with_parent
from models_registry.formats.base import BrokenArtifact

POLL_SECONDS = 0.2
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
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
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_shut_in,
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


def _environment(folder: Path) -> dict[str, str]:
    """What a numeric library needs, and none of the product's addresses and secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**kept, **one, "HOME": str(folder), "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


def _shut_in() -> None:
    """In the child, before it runs: bounds on memory, time and files; no network where the kernel lets us."""
    die_with_parent()
    if sys.platform == "linux" and _libc.unshare(CLONE_NEWNET):
        _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    most, seconds = settings.MODEL_TRIAL_BYTES, settings.MODEL_TRIAL_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# Loaded once, here: between fork and exec only the calls themselves are safe.
_libc = ctypes.CDLL(None)
