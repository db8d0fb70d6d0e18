"""Strategies are found by key, in the order they came."""

from types import SimpleNamespace

import pytest

from dataops.engine.registry import Registry


@pytest.fixture
def registry():
    registry = Registry("colour")
    for key in ("red", "blue"):
        registry.register(SimpleNamespace(key=key))
    return registry


def test_it_keeps_the_order_of_registration(registry):
    assert registry.keys() == ("red", "blue")
    assert [strategy.key for strategy in registry] == ["red", "blue"]
    assert "red" in registry


def test_two_strategies_of_one_key_are_refused(registry):
    with pytest.raises(ValueError, match="two colours are called 'red'"):
        registry.register(SimpleNamespace(key="red"))


def test_registering_one_strategy_twice_changes_nothing(registry):
    registry.register(registry["red"])

    assert len(registry) == 2


def test_an_unknown_key_is_answered_with_the_known_ones(registry):
    with pytest.raises(LookupError, match="no colour 'green'; known: blue, red"):
        registry["green"]
