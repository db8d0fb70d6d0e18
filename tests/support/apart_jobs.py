"""Jobs as any other, but for what they do; no Django here, as where they are carried out."""

import os
import signal
import sys
from collections.abc import Mapping

from dataops.engine.apart.jobs import Talk
from dataops.engine.errors import InvalidParameter


def surroundings(talk: Talk) -> Mapping[str, str]:
    """The environment; by "pid" its process, by "modules" what it knows of the product's framework."""
    modules = [name for name in sys.modules if name.partition(".")[0] in ("django", "celery", "quality")]
    return {**os.environ, "pid": str(os.getpid()), "modules": " ".join(modules)}


def never_end(talk: Talk, *, stage: str) -> None:
    talk.progress(0.5, stage)
    while True:
        pass


def take_memory(talk: Talk, *, size: int) -> int:
    return len(bytearray(size))


def refuse(talk: Talk) -> None:
    raise InvalidParameter("limit must be positive", parameter="limit")


def crash(talk: Talk) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def ask(talk: Talk, *, name: str) -> None:
    talk.reference(name)
