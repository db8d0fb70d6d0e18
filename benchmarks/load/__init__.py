"""Many people and programs at once: see ``python -m benchmarks.load``."""
