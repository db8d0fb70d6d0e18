"""Tables as they come day after day, drawn at random: nothing is wrong with any of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Draw = np.random.Generator
World = Callable[[Draw, int, int], pd.DataFrame]
"""A day of so many rows."""

_CITIES = {
    "DE": ("Berlin", "Köln", "München"),
    "FR": ("Lyon", "Paris"),
    "IT": ("Roma",),
    "NL": ("Utrecht",),
    "ES": ("Madrid", "Málaga"),
    "AT": ("Wien",),
    "PL": ("Łódź",),
}


def _times(draw: Draw, day: int, rows: int) -> pd.DatetimeIndex:
    start = pd.Timestamp("2026-01-05") + pd.Timedelta(days=day)
    return start + pd.to_timedelta(np.sort(draw.integers(0, 86_400, rows)), unit="s")


def _some(draw: Draw, values: Any, share: float) -> NDArray[np.object_]:
    return np.where(draw.random(len(values)) < share, values.astype(str), "")


def _often(draw: Draw, rows: int, kinds: int, power: float = 1.3) -> NDArray[np.int64]:
    """Which of ``kinds`` each row has, the first most often, by Zipf's law."""
    weights = np.arange(1, kinds + 1) ** -power
    return draw.choice(kinds, rows, p=weights / weights.sum())


def _orders(draw: Draw, day: int, rows: int) -> pd.DataFrame:
    country = draw.choice([*_CITIES], rows, p=[0.4, 0.15, 0.12, 0.1, 0.1, 0.08, 0.05])
    ordered = _times(draw, day, rows)
    shipped = pd.Series(ordered + pd.to_timedelta(draw.integers(1, 72, rows), unit="h"))
    net = np.round(np.exp(draw.normal(3.5, 0.8, rows)), 2)
    vat = np.round(net * 0.19, 2)
    return pd.DataFrame(
        {
            "order_id": [f"O{day:03d}{row:06d}" for row in range(rows)],
            "customer_id": draw.integers(10_000, 99_999, rows),
            "email": [f"user{number}@example.com" for number in draw.integers(0, 5000, rows)],
            "country": country,
            "city": [draw.choice(_CITIES[name]) for name in country],
            "zip": [f"{number:05d}" for number in draw.integers(1000, 99_999, rows)],
            "ordered_at": ordered.strftime("%Y-%m-%dT%H:%M:%S"),
            "shipped_at": _some(draw, shipped.dt.strftime("%Y-%m-%dT%H:%M:%S"), 0.92),
            "net": net,
            "vat": vat,
            "gross": np.round(net + vat, 2),
            "items": draw.poisson(2, rows) + 1,
            "channel": draw.choice(["web", "app", "store"], rows, p=[0.6, 0.3, 0.1]),
            "rating": _some(draw, draw.integers(1, 6, rows), 0.7),
        }
    )


def _requests(draw: Draw, day: int, rows: int) -> pd.DataFrame:
    status = draw.choice([200, 301, 404, 403, 500, 503], rows, p=[0.9, 0.04, 0.045, 0.01, 0.004, 0.001])
    return pd.DataFrame(
        {
            "at": _times(draw, day, rows).strftime("%Y-%m-%d %H:%M:%S"),
            "address": [".".join(map(str, octets)) for octets in draw.integers(1, 255, (rows, 4))],
            "path": [f"/p/{number}" for number in _often(draw, rows, 300)],
            "method": draw.choice(["GET", "POST", "PUT", "DELETE"], rows, p=[0.85, 0.13, 0.0195, 0.0005]),
            "status": status,
            "bytes": np.where(status == 301, 0, np.exp(draw.normal(8, 1.5, rows)).astype(int)),
            "seconds": np.round(0.01 * (1 + draw.pareto(2.5, rows)), 4),
            "agent": [f"agent/{number}.0" for number in _often(draw, rows, 60)],
            "retries": draw.geometric(0.8, rows) - 1,
        }
    )


def _readings(draw: Draw, day: int, rows: int) -> pd.DataFrame:
    at = _times(draw, day, rows)
    warmth = 15 + 5 * np.sin(np.arange(rows) / rows * 2 * np.pi)
    humidity = np.clip(draw.normal(60, 12, rows), 0, 100)
    return pd.DataFrame(
        {
            "device": [f"dev-{number:02d}" for number in draw.integers(0, 50, rows)],
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "temperature": np.round(warmth + draw.normal(0, 1.5, rows), 2),
            "humidity": np.round(humidity, 1),
            "pressure": np.round(draw.normal(1013, 8, rows), 1),
            "battery": np.round(draw.beta(8, 2, rows) * 100).astype(int),
            "state": draw.choice(["ok", "calibrating", "fault"], rows, p=[0.98, 0.0195, 0.0005]),
            "wind": np.round(draw.weibull(2, rows) * 6, 1),
            "rain": _some(draw, np.round(draw.exponential(0.8, rows), 1), 0.2),
        }
    )


def _payments(draw: Draw, day: int, rows: int) -> pd.DataFrame:
    amount = np.round(5 * (1 + draw.pareto(2.2, rows)), 2)
    fee = np.round(amount * 0.012 + 0.1, 2)
    merchant = _often(draw, rows, 400, 1.1)
    return pd.DataFrame(
        {
            "id": [f"{value:032x}" for value in draw.integers(0, 2**63, rows)],
            "booked": [str(pd.Timestamp("2026-01-05") + pd.Timedelta(days=day))[:10]] * rows,
            "merchant": [f"M{number:04d}" for number in merchant],
            "category": [f"{4000 + number % 37}" for number in merchant],
            "currency": np.array(["EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF"])[
                _often(draw, rows, 10, 2.0)
            ],
            "amount": amount,
            "fee": fee,
            "payout": np.round(amount - fee, 2),
            "attempts": draw.choice([1, 2, 3], rows, p=[0.97, 0.028, 0.002]),
            "age": np.clip(draw.normal(41, 14, rows), 18, 99).astype(int),
        }
    )


WORLDS: Mapping[str, World] = {
    "orders": _orders,
    "requests": _requests,
    "readings": _readings,
    "payments": _payments,
}
