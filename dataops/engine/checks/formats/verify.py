"""What a pattern cannot say about a text that has it: check digits, days of months, nesting."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date
from ipaddress import AddressValueError, IPv6Address


def luhn(text: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1).

    >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """The check digits of ISO 13616 (modulo 97).

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    plain = text.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def day(text: str, order: str) -> bool:
    """Whether the numbers of a date, in an order such as "mdy", are a day of the calendar.

    >>> day("02/29/2024", "mdy"), day("31.04.2024", "dmy")
    (True, False)
    """
    parts = dict(
        zip(order, [int(part) for part in text.replace("/", "-").replace(".", "-").split("-")], strict=True)
    )
    try:
        date(parts["y"], parts["m"], parts["d"])
    except ValueError:
        return False
    return True


def ipv6(text: str) -> bool:
    """
    >>> ipv6("2001:db8::1"), ipv6("2001::db8::1")
    (True, False)
    """
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def is_json(text: str) -> bool:
    """
    >>> is_json('{"a": [1, null]}'), is_json("{'a': 1}"), is_json("NaN")
    (True, False, False)
    """
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def is_base64(text: str) -> bool:
    """
    >>> is_base64("TWE="), is_base64("TWE")
    (True, False)
    """
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return True


def within(text: str, reach: float) -> bool:
    """
    >>> within("-90.0", 90), within("90.1", 90)
    (True, False)
    """
    return abs(float(text)) <= reach
