"""Good and bad examples of every format, and that checks count them in a column."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dataops.engine.checks import CheckSpec
from dataops.engine.checks.formats import FORMATS
from dataops.engine.inspection import Plan, inspect
from dataops.engine.readers import ArrowDataset

GOOD = {
    "email": ["a.b+c@mail.example.org", "x@y.co"],
    "url": ["https://example.org/a?b=1#c", "http://localhost:8000", "ftp://10.0.0.1/"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000"],
    "ipv4": ["0.0.0.0", "255.255.255.255"],
    "ipv6": ["::1", "2001:db8::ff00:42:8329"],
    "phone": ["+49 30 901820", "(030) 901820"[1:].replace(") ", "-"), "0044 20 7946 0958"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    "credit_card": ["4111 1111 1111 1111", "378282246310005"],
    "country2": ["DE", "GB"],
    "country3": ["DEU", "GBR"],
    "currency": ["EUR", "JPY"],
    "language": ["de", "en"],
    "date_iso": ["2024-02-29"],
    "date_us": ["2/29/2024", "12/31/1999"],
    "date_eu": ["29.02.2024", "31/12/1999"],
    "time": ["23:59", "7:05:30.5"],
    "json": ['{"a": [1, 2]}', "[]", "12"],
    "postal_code": ["12345", "SW1A 1AA", "1012 AB"],
    "hex": ["0xFF", "dead0"],
    "base64": ["TWFu", "TWE="],
    "semver": ["1.2.3", "1.0.0-rc.1+build.5"],
    "slug": ["a-slug-1"],
    "mac": ["00:1B:44:11:3A:B7", "00-1B-44-11-3A-B7"],
    "latitude": ["-90", "52.52"],
    "longitude": ["180", "-13.4"],
}
BAD = {
    "email": ["a@b", "a b@c.de", "@x.de", "a@x..de", " a@x.de"],
    "url": ["example.org", "http://", "http://a b.de"],
    "uuid": ["123e4567-e89b-12d3-a456-42661417400", "123e4567e89b12d3a456426614174000"],
    "ipv4": ["256.1.1.1", "1.2.3", "01.2.3.4"],
    "ipv6": ["1::2::3", "12345::", "::g"],
    "phone": ["12", "call me", "+49 30 9018x0"],
    "iban": ["DE89 3704 0044 0532 0130 01", "DE89"],
    "credit_card": ["4111 1111 1111 1112", "1234"],
    "country2": ["XX", "de", "DEU"],
    "country3": ["XXX", "DE"],
    "currency": ["EURO", "ABC"],
    "language": ["xx", "DE"],
    "date_iso": ["2023-02-29", "2024-13-01", "24-01-01"],
    "date_us": ["31/12/1999", "1/1/99"],
    "date_eu": ["12/31/1999", "31.04.2024", "1.2/2024"],
    "time": ["24:00", "12:60", "noon"],
    "json": ["{'a': 1}", "NaN", "{"],
    "postal_code": ["1", "12_45", "-1234"],
    "hex": ["0xG", ""],
    "base64": ["TWE", "T*Fu"],
    "semver": ["1.2", "v1.2.3", "01.2.3"],
    "slug": ["A-b", "a--b", "-a"],
    "mac": ["00:1B:44:11:3A", "00:1B-44:11:3A:B7"],
    "latitude": ["90.1", "north"],
    "longitude": ["180.5", ""],
}


def has_format(key: str, text: str) -> bool:
    found = FORMATS[key]
    shaped = pc.match_substring_regex(pa.array([text]), f"^(?:{found.pattern})$")[0].as_py()
    return shaped and (found.verified is None or found.verified(text))


def test_every_format_has_examples():
    assert set(GOOD) == set(BAD) == set(FORMATS.keys())


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in GOOD.items() for text in texts])
def test_a_good_text(key, text):
    assert has_format(key, text)


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in BAD.items() for text in texts])
def test_a_bad_text(key, text):
    assert not has_format(key, text)


@pytest.mark.parametrize("key", ["email", "iban", "credit_card", "json", "date_us", "ipv6"])
def test_a_column_is_counted_by_rows(key):
    bad = [text for text in BAD[key] if text]
    table = pa.table({"x": [*GOOD[key] * 3, *bad * 2, None, ""]})
    (result,) = inspect(
        ArrowDataset(table), Plan((CheckSpec("format", column="x", params={"name": key}),))
    ).results

    assert (result.evaluated, result.failed) == (3 * len(GOOD[key]) + 2 * len(bad), 2 * len(bad))
