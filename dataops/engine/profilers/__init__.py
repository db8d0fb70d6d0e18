"""Profilers: the same Profile, wherever the data is."""

from dataops.engine.profilers.local import profile
from dataops.engine.profilers.missing import DEFAULT_POLICY, MissingPolicy

__all__ = ["DEFAULT_POLICY", "MissingPolicy", "profile"]
