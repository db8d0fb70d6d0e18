"""For libraries that open connections by themselves: what ``safe_http`` would refuse, they cannot reach.

Python names every connection, opened file and started program to audit hooks before it happens. Ours
looks at those made inside ``guarded()`` and refuses all but connections to allowed addresses. The
address is the one that is connected to, so a name that resolves differently the second time gains
nothing. Threads that a library starts on its own, without the caller's context, are not seen.
"""

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from dataops.web import safe_http

_refusals: ContextVar[list[str] | None] = ContextVar("refusals", default=None)


class RefusedError(OSError):
    """An OSError, so that libraries take it for a connection that failed."""


@contextmanager
def guarded() -> Iterator[list[str]]:
    """While it lasts this context connects to allowed addresses only; gives the list of what was refused."""
    _install()
    refusals: list[str] = []
    token = _refusals.set(refusals)
    try:
        yield refusals
    finally:
        _refusals.reset(token)


@cache
def _install() -> None:
    """Once, and for good: Python knows no way to take a hook back."""
    sys.addaudithook(_look)


def _look(event: str, args: tuple[Any, ...]) -> None:
    rule = _RULES.get(event)  # first what is cheap: every audited event of the process comes by here
    if rule is None or (refusals := _refusals.get()) is None:
        return
    if reason := rule(args):
        refusals.append(reason)
        raise RefusedError(reason)


def _connection(args: tuple[Any, ...]) -> str:
    """Why a connection to ``args[1]`` is refused; empty when it is fine."""
    target = args[1] if isinstance(args[1], tuple) else ()
    try:
        allowed = safe_http.is_allowed(str(target[0]).partition("%")[0]) if target else False
    except ValueError:
        allowed = False
    if allowed:
        return ""
    where = target[0] if target else "a local socket"
    return (
        f"it wanted to connect to {where}, which is not a public address;"
        " an operator can allow it with DATAOPS_OUTBOUND_ALLOW"
    )


def _file(args: tuple[Any, ...]) -> str:
    """Files of Python and of installed packages may be read: modules, certificates."""
    path, _mode, flags = args
    if isinstance(path, int):
        return ""
    found = os.path.realpath(os.fsdecode(path))
    is_ours = found == os.devnull or found.startswith(_own_roots())
    reads = not (flags or 0) & (os.O_WRONLY | os.O_RDWR)
    return "" if is_ours and (reads or "__pycache__" in found) else "it wanted to open a file of the server"


@cache
def _own_roots() -> tuple[str, ...]:
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple(f"{Path(sysconfig.get_path(kind)).resolve()}{os.sep}" for kind in kinds)


def _program(args: tuple[Any, ...]) -> str:
    return "it wanted to start a program"


_RULES: dict[str, Callable[[tuple[Any, ...]], str]] = {
    "socket.connect": _connection,
    "socket.sendto": _connection,
    "socket.sendmsg": lambda args: _connection(args) if args[1] is not None else "",
    "open": _file,
    "subprocess.Popen": _program,
    "os.system": _program,
    "os.posix_spawn": _program,
    "os.exec": _program,
}
