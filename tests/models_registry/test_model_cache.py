"""Loaded models are kept within a bound of memory, and loaded once however many ask."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models_registry.formats.cache import ModelCache


def test_the_model_asked_least_recently_goes_when_memory_is_full():
    cache, loads = ModelCache(lambda: 100), []

    def ask(name):
        return cache.get(name, lambda: loads.append(name) or name, size_bytes=40)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert ask(name) == name

    assert loads == ["a", "b", "c", "b"]
    assert cache.bytes == 80


def test_a_model_larger_than_the_bound_is_kept_alone():
    cache = ModelCache(lambda: 100)
    cache.get("small", lambda: "small", size_bytes=10)
    cache.get("large", lambda: "large", size_bytes=1_000)

    assert cache.bytes == 1_000


def test_many_threads_load_a_model_once():
    cache, loads, together = ModelCache(lambda: 100), [], threading.Barrier(8)

    def ask(_):
        together.wait()
        return cache.get("model", lambda: loads.append(1) or "model", size_bytes=1)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"model"}
    assert len(loads) == 1


def test_a_load_that_failed_is_tried_again():
    cache = ModelCache(lambda: 100)
    with pytest.raises(OSError, match="gone"):
        cache.get("model", lambda: (_ for _ in ()).throw(OSError("gone")), size_bytes=1)

    assert cache.get("model", lambda: "model", size_bytes=1) == "model"
