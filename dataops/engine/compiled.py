"""Loops over bytes, made into machine code for this processor when they are first called.

numba does it. It is imported then, and not before: most processes of an installation never read a file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from threading import RLock
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

Params = ParamSpec("Params")
Returned = TypeVar("Returned")

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Places = NDArray[np.int32]
WORD = 8
_ONES, _LOWS = np.uint64(0x0101010101010101), np.uint64(0x7F7F7F7F7F7F7F7F)
_RANKS = np.uint64(0x0001020304050607)

# Such a loop makes no arrays. Counting who holds the ones it is given would take longer than its work.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
_PARTS: list[Callable[..., Any]] = []
_making = RLock()


def compiled(function: Callable[Params, Returned]) -> Callable[Params, Returned]:
    """``function`` as machine code that runs beside other threads; it must not make arrays.

    It is kept beside the source, or in the user's cache (``NUMBA_CACHE_DIR`` names another folder),
    so that the next process need not make it again; where no folder can be written, each makes its own.
    """

    @cache
    def make() -> Any:
        from numba import njit

        _register_parts()
        try:
            return njit(nogil=True, cache=True, **_OPTIONS)(function)
        except RuntimeError:
            return njit(nogil=True, **_OPTIONS)(function)

    @wraps(function)
    def call(*args: Params.args, **kwargs: Params.kwargs) -> Returned:
        with _making:
            made = make()
        try:
            found: Returned = made(*args, **kwargs)
        except Exception:
            # The loops raise nothing themselves: what was kept of this one is damaged, by a full disk or
            # a lost power. It is thrown away and made again.
            with _making:
                made.recompile()
            found = made(*args, **kwargs)
        return found

    return call


def inlined(function: Callable[Params, Returned]) -> Callable[Params, Returned]:
    """A part of ``compiled`` functions, written into each of them instead of being called."""
    _PARTS.append(function)
    return function


def _register_parts() -> None:
    from numba.extending import register_jitable

    while _PARTS:
        register_jitable(forceinline=True, **_OPTIONS)(_PARTS.pop())


def words_of(content: Bytes) -> Words:
    """The eight bytes from each place of ``content`` on, as a number; a view."""
    return np.ndarray((max(content.size - WORD + 1, 0),), "<u8", content, strides=(1,))


@inlined
def equal_bytes(word: np.uint64, sign: int) -> np.uint64:
    """The top bit of each byte of a word that is ``sign``.

    Warren, Hacker's Delight, 6-1.
    """
    others = word ^ (_ONES * np.uint64(sign))
    marks: np.uint64 = ~(((others & _LOWS) + _LOWS) | others | _LOWS)
    return marks


@inlined
def count_bytes(marks: np.uint64) -> int:
    """How many bytes of a word have their top bit."""
    return int(((marks >> np.uint64(7)) * _ONES) >> np.uint64(56))


@inlined
def first_byte(marks: np.uint64) -> int:
    """Which byte of a word has the lowest of its top bits, from 0."""
    lowest = marks & (~marks + np.uint64(1))
    return int(((lowest >> np.uint64(7)) * _RANKS) >> np.uint64(56))
