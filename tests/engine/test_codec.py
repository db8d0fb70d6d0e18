"""Stored profiles come back equal; shown ones hold nothing JSON cannot say."""

import json
import zlib
from dataclasses import replace

import pytest

from dataops.engine.profile import Profile, codec
from dataops.engine.profile.codec import as_json, decode, encode, open_packed
from dataops.engine.profile.packed import MARK
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


def test_some_columns_are_read_alone():
    names = [f"c{i}" for i in range(150)]
    profile = profile_of({name: [i, None] for i, name in enumerate(names)})
    profile = replace(profile, columns=(*profile.columns, replace(profile.columns[0], name="c7")))
    packed = open_packed(encode(profile))

    assert (len(packed), packed.names) == (151, (*names, "c7"))
    for wanted in (slice(0, 3), slice(60, 70), slice(64, 128), slice(140, 999), slice(5, 5)):
        assert packed[wanted] == profile.columns[wanted]
    assert packed.column("c7") == profile.columns[7]
    assert packed.column("other") is None
    assert packed.only("c9") == replace(profile, columns=profile.columns[9:10])


@pytest.mark.parametrize("version", [1, 2])
def test_a_profile_of_an_earlier_version_is_still_read(version):
    profile = profile_of({"x": [1.0, 2.0, None], "t": ["a", None, "b"]})
    head = codec._plain(profile)
    if version == 1:
        del head["rows_sketch"], head["duplicate_rows_error"]
        for column in head["columns"]:
            del column["margins"], column["sketches"], column["frequent"]["error"]
    packed = open_packed(zlib.compress(json.dumps({"v": version, "profile": head}).encode()))

    assert packed.column("t") == profile.columns[1]
    assert packed.whole() == profile


@pytest.mark.parametrize(
    "stored", [zlib.compress(b'{"v": 9}'), MARK + b"\0\0\0\x10" + zlib.compress(b'{"v": 9}')]
)
def test_an_unknown_version_is_refused(stored):
    with pytest.raises(ValueError, match="version 9"):
        decode(stored)
