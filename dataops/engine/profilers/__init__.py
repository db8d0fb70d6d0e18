"""Profilers: the same Profile, wherever the data is."""

from dataops.engine.profilers.local import profile
from dataops.engine.profilers.missing import MissingPolicy

__all__ = ["MissingPolicy", "profile"]
