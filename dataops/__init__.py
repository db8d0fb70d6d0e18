"""DataOps Inspector: watches data and models in one place."""

__version__ = "0.1.0"
