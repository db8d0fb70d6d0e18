"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from dataops.engine.checks.formats import verify
from dataops.engine.checks.formats.codes import COUNTRIES_2, COUNTRIES_3, CURRENCIES, LANGUAGES
from dataops.engine.registry import Registry


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A whole text has the format when it has the ``pattern`` (RE2) and is ``verified``."""

    key: str
    label: str
    pattern: str
    verified: Callable[[str], bool] | None = None


FORMATS: Registry[TextFormat] = Registry("format")


def _one_of(words: Iterable[str]) -> str:
    return "|".join(words)


_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]"
_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_CORE = r"(?:0|[1-9]\d*)"
_WORD = rf"(?:{_CORE}|\d*[A-Za-z-][0-9A-Za-z-]*)"

for _format in (
    TextFormat(
        "email",
        "E-mail address",
        rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_HOST}",
    ),
    TextFormat(
        "url",
        "Web address",
        rf"(?i:https?|ftp)://(?:{_HOST}|localhost|{_BYTE}(?:\.{_BYTE}){{3}})(?::\d{{1,5}})?(?:[/?#][^\s]*)?",
    ),
    TextFormat(
        "uuid", "UUID", r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
    ),
    TextFormat("ipv4", "IPv4 address", rf"{_BYTE}(?:\.{_BYTE}){{3}}"),
    TextFormat("ipv6", "IPv6 address", r"[0-9A-Fa-f:.]{2,45}", verify.ipv6),
    TextFormat("phone", "Phone number", r"(?:\+|00)?[0-9](?:[ ()./-]{0,2}[0-9]){5,14}"),
    TextFormat("iban", "IBAN", r"[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}", verify.iban),
    TextFormat("credit_card", "Payment card number", r"\d(?:[ -]?\d){11,18}", verify.luhn),
    TextFormat("country2", "Country, two letters", _one_of(COUNTRIES_2)),
    TextFormat("country3", "Country, three letters", _one_of(COUNTRIES_3)),
    TextFormat("currency", "Currency", _one_of(CURRENCIES)),
    TextFormat("language", "Language, two letters", _one_of(LANGUAGES)),
    TextFormat("date_iso", "Date, 2024-12-31", r"\d{4}-\d{2}-\d{2}", partial(verify.day, order="ymd")),
    TextFormat("date_us", "Date, 12/31/2024", r"\d{1,2}/\d{1,2}/\d{4}", partial(verify.day, order="mdy")),
    TextFormat(
        "date_eu",
        "Date, 31.12.2024",
        r"\d{1,2}(?:\.\d{1,2}\.|/\d{1,2}/|-\d{1,2}-)\d{4}",
        partial(verify.day, order="dmy"),
    ),
    TextFormat("time", "Time of day", r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"),
    TextFormat("json", "JSON", r"(?s:.+)", verify.is_json),
    TextFormat("postal_code", "Postcode", r"[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){2,9}"),
    TextFormat("hex", "Hexadecimal", r"(?:0[xX])?[0-9A-Fa-f]+"),
    TextFormat("base64", "Base64", r"[A-Za-z0-9+/]+={0,2}", verify.is_base64),
    TextFormat(
        "semver",
        "Version, 1.2.3",
        rf"{_CORE}\.{_CORE}\.{_CORE}(?:-{_WORD}(?:\.{_WORD})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    ),
    TextFormat("slug", "Slug", r"[a-z0-9]+(?:-[a-z0-9]+)*"),
    TextFormat("mac", "MAC address", r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})"),
    TextFormat("latitude", "Latitude", _NUMBER, partial(verify.within, reach=90)),
    TextFormat("longitude", "Longitude", _NUMBER, partial(verify.within, reach=180)),
):
    FORMATS.register(_format)
