"""One module a claim: ``bench_*.py`` has a ``measure()`` that yields Measurements; `make bench` runs all."""

# First, as in every process of the product: it tells numpy how to sort on this processor.
import dataops.engine  # noqa: F401
