"""One module a claim: ``bench_*.py`` has a ``measure()`` that yields Measurements; `make bench` runs all."""
