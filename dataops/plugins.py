"""The one place that sees every registry, and lets other packages add to them.

A package names its class under one of the entry point groups below; see docs/how-to/plugins.md.
A plug-in that breaks is listed with its reason and never stops the start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog

from alerts.channels import CHANNELS
from dataops.engine.checks import CHECKS
from dataops.engine.drift import METHODS
from dataops.engine.readers import READERS
from dataops.engine.registry import Registry
from models_registry.formats import ENTRY_POINTS, FORMATS
from models_registry.measures import MEASURES
from quality.origins import ORIGINS

log = structlog.get_logger(__name__)

REGISTRIES: dict[str, Registry[Any]] = {
    "dataops.checks": CHECKS,
    "dataops.drift": METHODS,
    "dataops.readers": READERS,
    "dataops.origins": ORIGINS,
    "dataops.channels": CHANNELS,
    **dict.fromkeys(ENTRY_POINTS, FORMATS),
    "dataops.metrics": MEASURES,
}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point as it was found; ``fault`` is empty when it works."""

    group: str
    name: str
    package: str
    fault: str = ""


LOADED: list[Plugin] = []


def load(found: Callable[..., Any] = entry_points) -> list[Plugin]:
    """Register the plug-ins of every installed package; safe to call again."""
    LOADED[:] = [
        _load(point, registry) for group, registry in REGISTRIES.items() for point in found(group=group)
    ]
    return LOADED


def _load(point: EntryPoint, registry: Registry[Any]) -> Plugin:
    package = point.dist.name if point.dist else ""
    try:
        registry.register(point.load()())
    except Exception as fault:  # whatever a foreign package does wrong
        log.warning("plug-in does not work", plugin=point.name, package=package, fault=str(fault))
        return Plugin(point.group, point.name, package, f"{type(fault).__name__}: {fault}")
    return Plugin(point.group, point.name, package)
