"""A large installation to measure by: rows as a year of work leaves them, made without the work.

Everything is drawn from one seed, so that two installations of one size are alike. What costs time is
rows, not numbers: results are copied inside the database, all else goes in by the thousand.
"""

from dataclasses import dataclass

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to be; each source has ``runs`` runs with ``results`` results each."""

    sources: int = 1_000
    runs: int = 50
    results: int = 20
    models: int = 100
    alerts: int = 50_000
