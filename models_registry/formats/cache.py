"""Loaded models, the most recently asked ones, within a bound of memory."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    model: T
    bytes: int


class ModelCache(Generic[T]):
    """Loaded models by key. Several threads may ask for one that is not there: it is loaded once.

    While a model loads, the others go on answering. A model that is dropped still answers the
    requests that hold it.
    """

    def __init__(self, most_bytes: Callable[[], int]) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, Kept[T]] = OrderedDict()
        self._lock = threading.Lock()
        self._loading: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, load: Callable[[], T], size_bytes: int) -> T:
        """The model of ``key``; ``load`` makes it when it is not kept, and its faults go to the caller."""
        if (found := self._found(key)) is not None:
            return found
        with self._lock:
            loading = self._loading.setdefault(key, threading.Lock())
        with loading:
            if (found := self._found(key)) is not None:
                return found
            model = load()
            self._keep(key, Kept(model, size_bytes))
        return model

    @property
    def bytes(self) -> int:
        with self._lock:
            return sum(kept.bytes for kept in self._kept.values())

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _found(self, key: Hashable) -> T | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key].model

    def _keep(self, key: Hashable, kept: Kept[T]) -> None:
        with self._lock:
            self._kept[key] = kept
            self._loading.pop(key, None)
            # The newest stays even when it alone is larger: somebody waits for its answer.
            while (
                len(self._kept) > 1 and sum(each.bytes for each in self._kept.values()) > self._most_bytes()
            ):
                self._kept.popitem(last=False)


def resident_bytes() -> int:
    """Memory that this process holds now (Linux; 0 elsewhere)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * PAGE_BYTES
