"""The shape of a sample template: a model that can be trained from data that ships with the product."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from models_registry.enums import Task
from models_registry.formats.signature import Signature

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Window:
    """Instances of one period with what really happened, columns of equal length.

    ``ids`` are stable names of the rows, ``times`` (UTC) when each instance was asked about.
    """

    ids: list[str]
    columns: dict[str, list[Any]]
    actuals: list[Any]
    times: list[datetime]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted estimator with all that its version is told by.

    ``fitted`` are the rows it learned from (the reference window), ``held_out`` those it never saw.
    """

    estimator: Any
    signature: Signature
    fitted: Window
    held_out: Window
    parameters: Mapping[str, Any]
    training_data: str


class Template(Protocol):
    """A recipe of one model; training it twice gives the same model."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def task(self) -> Task: ...

    @property
    def description(self) -> str: ...

    @property
    def shown_at_start(self) -> bool:
        """Whether a new installation deploys it as part of its sample data."""
        ...

    def train(self, progress: Progress) -> Trained: ...

    def replay(self, months: Sequence[int]) -> list[Window]:
        """What there is to predict in each of ``months`` (1-12) that the model was not fitted on."""
        ...
