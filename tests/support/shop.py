"""Orders of a web shop as a CSV that looks real, and a copy with damage of which every line is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

HEADER = "order_id,ordered_at,shipped_at,customer_email,country,city,postcode,status,quantity,net,tax,gross"
CITIES = {
    "Berlin": "DE", "Hamburg": "DE", "Munich": "DE", "Paris": "FR", "Lyon": "FR", "Madrid": "ES",
    "Seville": "ES", "Rome": "IT", "Turin": "IT", "Vienna": "AT", "Graz": "AT", "Ghent": "BE",
}  # fmt: skip
STATUSES = ("paid", "packed", "shipped", "delivered", "returned")
NAMES = ("ada", "alan", "barbara", "donald", "edsger", "grace", "john", "katherine", "margaret", "tim")
FIRST = datetime(2026, 1, 1, 6)


@dataclass(frozen=True, slots=True)
class Damage:
    """What was done to lines ``first`` to ``last`` of the file; the header is line 1."""

    column: str
    first: int
    last: int
    becomes: str

    @property
    def lines(self) -> list[int]:
        return list(range(self.first, self.last + 1))


DAMAGE = (
    Damage("customer_email", 1_002, 1_041, ""),
    Damage("country", 3_002, 3_006, "Atlantis"),
    Damage("quantity", 5_002, 5_021, "-5"),
    Damage("gross", 7_002, 7_008, "1.00"),
    Damage("order_id", 9_002, 9_011, "500123"),
)


def shop_csv(rows: int, damage: tuple[Damage, ...] = ()) -> bytes:
    """The same bytes for the same numbers, about 120 a row; order 500123 stands on line 125."""
    names = HEADER.split(",")
    lines = [HEADER]
    for line, order in enumerate(_orders(rows), start=2):
        for one in damage:
            if one.first <= line <= one.last:
                order[names.index(one.column)] = one.becomes
        lines.append(",".join(order))
    return ("\n".join(lines) + "\n").encode()


def _orders(rows: int) -> Iterator[list[str]]:
    chance = Random(7)
    cities, at = list(CITIES), FIRST
    for i in range(rows):
        at += timedelta(seconds=chance.randint(20, 400))
        city = chance.choice(cities)
        net, tax = chance.randint(500, 90_000), chance.randint(50, 9_000)
        shipped = at + timedelta(minutes=chance.randint(30, 4_000))
        yield [
            str(500_000 + i),
            f"{at:%Y-%m-%d %H:%M:%S}",
            f"{shipped:%Y-%m-%d %H:%M:%S}",
            f"{chance.choice(NAMES)}.{chance.choice(NAMES)}{chance.randint(1, 9999)}@example.com",
            CITIES[city],
            city,
            f"{chance.randint(10_000, 99_999)}",
            chance.choice(STATUSES),
            str(chance.randint(1, 9)),
            f"{net / 100:.2f}",
            f"{tax / 100:.2f}",
            f"{(net + tax) / 100:.2f}",
        ]
