"""Strategies by name: checks, drift methods and readers are looked up here, never in if-chains."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Keyed(Protocol):
    """Anything with a stable ``key``, the name that is stored and sent."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Generic[T]):
    """Strategies of one kind in the order they were registered.

    >>> from types import SimpleNamespace as Strategy
    >>> colours = Registry("colour")
    >>> red = colours.register(Strategy(key="red"))
    >>> colours["blue"]
    Traceback (most recent call last):
    LookupError: no colour 'blue'; known: red
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._by_key: dict[str, T] = {}

    def register(self, strategy: T) -> T:
        """Add one strategy and return it; registering the same one again changes nothing.

        Raises ValueError when another strategy has its key.
        """
        if self._by_key.setdefault(strategy.key, strategy) is not strategy:
            raise ValueError(f"two {self.kind}s are called {strategy.key!r}")
        return strategy

    def __getitem__(self, key: str) -> T:
        try:
            return self._by_key[key]
        except KeyError:
            known = ", ".join(sorted(self._by_key)) or "none"
            raise LookupError(f"no {self.kind} {key!r}; known: {known}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._by_key)
