"""Likely personal data: found by what values look like and what columns are called, and masked.

A likelihood, not a proof: names of people are known by the name of their column alone, and a value
may look like a card number by chance (one long number in ten has a right check digit).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum


class PersonalKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_ID = "national_id"
    PERSON = "person"


# Share of a column's values that must look personal for the column to be; of one whose name says so, a tenth.
ENOUGH = 0.5
ENOUGH_WITH_HINT = 0.1

_EMAIL = r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"
_PHONE = r"\+?\(?\d[\d ()./-]{5,18}\d"
_IBAN = r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}"
_CARD = r"[3-6]\d{3}(?:[ -]?\d){9,15}"
_NATIONAL = (
    r"\d{3}-\d{2}-\d{4}"  # United States
    r"|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"  # United Kingdom
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # Italy
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}"  # Brazil
)
_SPANISH = r"\d{8}-?[A-Z]"
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"

_HINTS: tuple[tuple[PersonalKind, frozenset[str]], ...] = (
    (PersonalKind.EMAIL, frozenset({"email", "mail"})),
    (PersonalKind.PHONE, frozenset({"phone", "telephone", "tel", "mobile", "fax", "telefon", "handy"})),
    (PersonalKind.IBAN, frozenset({"iban"})),
    (PersonalKind.CARD, frozenset({"card", "creditcard", "pan"})),
    (PersonalKind.NATIONAL_ID, frozenset({"ssn", "nino", "dni", "nif", "cpf", "passport", "sin", "pesel"})),
)
# Together with the word before: a "product_name" is nobody's.
_PEOPLE = re.compile(
    r"(?:^|_)(?:(?:first|last|full|given|family|sur|middle|maiden|customer|client|patient|employee|user|contact)"
    r"_?name|forename|vorname|nachname|(?:street|home|postal)_?address|address_?line_?\d?|street|strasse"
    r"|(?:date_of_)?birth_?(?:date|day)?|dob|geburtsdatum)(?:_|$)"
)


def find_personal(name: str, values: Iterable[tuple[str, int]]) -> PersonalKind | None:
    """What a column likely tells of people; ``values`` are its frequent values with their counts.

    >>> find_personal("contact", [("ann@example.org", 1), ("bob@example.org", 1)])
    <PersonalKind.EMAIL: 'email'>
    """
    words = _words(name)
    if _PEOPLE.search("_".join(words)):
        return PersonalKind.PERSON
    counted = list(values)
    total = sum(count for _, count in counted)
    for kind, hints in _HINTS:
        hinted = bool(hints & set(words)) or "".join(words) in hints
        looks = _LOOKS[kind] if hinted or kind is not PersonalKind.PHONE else _is_written_phone
        if total and _enough(counted, looks, total * (ENOUGH_WITH_HINT if hinted else ENOUGH), total):
            return kind
    return None


def _enough(counted: list[tuple[str, int]], looks: Callable[[str], bool], wanted: float, total: int) -> bool:
    """Whether the cells of the values that look so are as many as wanted; stops when they cannot be."""
    for value, count in counted:
        total -= 0 if looks(value.strip()) else count
        if total < wanted:
            return False
    return True


def mask(text: str, kind: PersonalKind) -> str:
    """The text without what it says, in its shape.

    >>> mask("ann.lee@example.com", PersonalKind.EMAIL), mask("4111 1111 1111 1111", PersonalKind.CARD)
    ('a***@e***.com', '**** **** **** 1111')
    """
    if kind is PersonalKind.EMAIL and "@" in text:
        name, _, domain = text.partition("@")
        return f"{name.strip()[:1]}***@{domain[:1]}***{domain[domain.rfind('.') :] if '.' in domain else ''}"
    if kind in (PersonalKind.PERSON, PersonalKind.EMAIL):
        return re.sub(r"(\w)\w*", r"\1***", text)
    kept = 4 if kind is PersonalKind.CARD else 2
    signs = [i for i, sign in enumerate(text) if sign.isalnum()]
    hidden = set(signs[:-kept] if len(signs) > 2 * kept else signs)
    return "".join("*" if i in hidden else sign for i, sign in enumerate(text))


def mask_text(text: str) -> str:
    """Free text with what looks personal in it masked: addresses, accounts, cards, numbers of people.

    >>> mask_text("2;ann@example.com;GB82 WEST 1234 5698 7654 32;12")
    '2;a***@e***.com;**** **** **** **** **** 32;12'
    """
    for kind, pattern, looks in _IN_TEXT:
        text = pattern.sub(
            lambda m, kind=kind, looks=looks: mask(m[0], kind) if looks(m[0]) else m[0],  # type: ignore[misc]
            text,
        )
    return text


def holds(cells: Iterable[object], values: Collection[str], *, within: bool = False) -> bool:
    """Whether one of the values is a cell, whatever the case and the blanks around; or stands within one.

    >>> holds(["1", " Ann@Example.com"], ["ann@example.com"]), holds(["1;ann;2"], ["ann"], within=True)
    (True, True)
    """
    wanted = {value.strip().casefold() for value in values}
    texts = (str(cell).strip().casefold() for cell in cells if cell is not None)
    if within:
        return any(value in text for text in texts for value in wanted)
    return any(text in wanted for text in texts)


def _words(name: str) -> list[str]:
    """Lower-case words of a name: "eMailAddress_2" is e mail address 2; "email" stays whole."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("eMail", "email").replace("E-Mail", "email"))
    return [word for word in re.split(r"[\W_]+", spaced.lower()) if word]


def _is_email(text: str) -> bool:
    return re.fullmatch(_EMAIL, text) is not None


def _is_phone(text: str) -> bool:
    return re.fullmatch(_PHONE, text) is not None


def _is_written_phone(text: str) -> bool:
    """A phone number by itself: digits alone may be any number, and digits with - may be a date."""
    digits = sum(sign.isdigit() for sign in text)
    return _is_phone(text) and text.startswith(("+", "(", "00")) and 8 <= digits <= 15


def _is_iban(text: str) -> bool:
    """ISO 13616: moved round and with letters as numbers, it leaves 1 when divided by 97."""
    if not re.fullmatch(_IBAN, text):
        return False
    compact = text.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: the Luhn sum of the digits ends in 0."""
    if not re.fullmatch(_CARD, text):
        return False
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    return sum(digits[0::2]) % 10 == -sum(sum(divmod(2 * d, 10)) for d in digits[1::2]) % 10


def _is_national_id(text: str) -> bool:
    if re.fullmatch(_SPANISH, text):
        return _SPANISH_LETTERS[int(text[:8]) % 23] == text[-1]
    return re.fullmatch(_NATIONAL, text) is not None


_LOOKS: dict[PersonalKind, Callable[[str], bool]] = {
    PersonalKind.EMAIL: _is_email,
    PersonalKind.PHONE: _is_phone,
    PersonalKind.IBAN: _is_iban,
    PersonalKind.CARD: _is_card,
    PersonalKind.NATIONAL_ID: _is_national_id,
}
_IN_TEXT: tuple[tuple[PersonalKind, re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (kind, re.compile(rf"(?<![\w*]){pattern}(?![\w*])"), looks)
    for kind, pattern, looks in (
        (PersonalKind.EMAIL, _EMAIL, _is_email),
        (PersonalKind.IBAN, _IBAN, _is_iban),
        (PersonalKind.CARD, _CARD, _is_card),
        (PersonalKind.NATIONAL_ID, f"{_NATIONAL}|{_SPANISH}", _is_national_id),
        (PersonalKind.PHONE, _PHONE, _is_written_phone),
    )
)
