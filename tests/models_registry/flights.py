"""Flights that the tests ask about."""

FLIGHT = {"dep_delay": 24.0, "distance": 1400.0, "hour": 17, "carrier": "UA", "origin": "EWR", "dest": "IAH"}
LATE = FLIGHT | {"dep_delay": 120.0}
PUNCTUAL = FLIGHT | {"dep_delay": -5.0}
