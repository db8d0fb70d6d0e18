"""Conformance of exchangeable parts, for their authors."""

from dataops.engine.testing.checks import conformance_problems
from dataops.engine.testing.profilers import profile_problems

__all__ = ["conformance_problems", "profile_problems"]
