"""Stored profiles come back equal; shown ones hold nothing JSON cannot say."""

import json
import zlib

import pytest

from dataops.engine.profile import Profile
from dataops.engine.profile.codec import as_json, decode, encode
from tests.engine.tables import NA, flights_csv, profile_of, profile_text

TABLES = {
    "no columns": lambda path: Profile(0, 0, 0, ()),
    "all missing": lambda path: profile_of({"x": [None, None]}),
    "not finite": lambda path: profile_of({"x": [1.0, float("nan"), float("inf"), -float("inf")]}),
    "flights": lambda path: profile_text(path / "flights.csv", flights_csv(2000), missing=NA),
    "like flights": lambda path: profile_text(
        path / "flights.csv",
        flights_csv(500),
        missing=NA,
        like=profile_text(path / "reference.csv", flights_csv(2000), missing=NA),
    ),
}


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_a_stored_profile_comes_back_equal(make, tmp_path):
    profile = make(tmp_path)

    assert decode(encode(profile)) == profile


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_a_shown_profile_is_strict_json(make, tmp_path):
    shown = as_json(decode(encode(make(tmp_path))))

    assert json.loads(json.dumps(shown, allow_nan=False)) == shown


def test_moments_that_overflow_are_shown_as_null():
    profile = profile_of({"x": [-1e308, 1e308, 0.0, 1.0]})
    (column,) = as_json(decode(encode(profile)))["columns"]

    assert column["std"] is None
    assert (column["min"], column["max"]) == (-1e308, 1e308)


def test_a_shown_column_has_the_public_names(tmp_path):
    (column,) = as_json(profile_of({"x": [1.0, 2.0, 2.0, None]}))["columns"]

    assert column["missing_fraction"] == 0.25
    assert (column["min"], column["max"], column["top"]) == (1.0, 2.0, [["2", 2], ["1", 1]])
    assert column["quantiles"]["0.25"] == 1.5
    assert sum(column["histogram"]["counts"]) == 3


def test_a_profile_of_version_1_is_still_read():
    profile = profile_of({"x": [1.0, 2.0, None], "t": ["a", None, "b"]})
    document = json.loads(zlib.decompress(encode(profile)))
    document["v"] = 1
    for name in ("rows_sketch", "duplicate_rows_error"):
        del document["profile"][name]
    for column in document["profile"]["columns"]:
        del column["margins"], column["sketches"], column["frequent"]["error"]

    assert decode(zlib.compress(json.dumps(document).encode())) == profile


def test_an_unknown_version_is_refused():
    with pytest.raises(ValueError, match="version 3"):
        decode(zlib.compress(b'{"v": 3}'))
