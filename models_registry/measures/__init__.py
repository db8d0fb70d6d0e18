"""Metrics beyond those that every model has, by the key that a model's row stores."""

from dataops.engine.registry import Registry
from models_registry.measures.base import Answers, Measure
from models_registry.measures.near import Near
from models_registry.measures.top_precision import TopPrecision

__all__ = ["MEASURES", "Answers", "Measure"]

MEASURES: Registry[Measure] = Registry("metric")
for _measure in (TopPrecision(), Near()):
    MEASURES.register(_measure)
