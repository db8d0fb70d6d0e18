"""Characters and values of the world: read for what they are, kept where that is not sure."""

import pytest

from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset, sniff

LETTERS = {
    "utf-32 with mark": ("utf-32", "naïve"),
    "utf-32-le without mark": ("utf-32-le", "naïve"),
    "utf-16-le without mark": ("utf-16-le", "naïve"),
    "latin-1": ("latin-1", "José"),
    "cp1250": ("cp1250", "Kraków świąteczna gęś źdźbło żółw"),
    "cp1251": ("cp1251", "Санкт-Петербург"),
    "Shift-JIS": ("cp932", "東京 日本語テキスト"),
    "GBK": ("gb18030", "北京 上海 中文文本 电话号码"),
    "right to left": ("utf-8", "שלום"),
}


@pytest.mark.parametrize(("encoding", "word"), LETTERS.values(), ids=LETTERS)
def test_letters_of_an_encoding_are_read(tmp_path, encoding, word):
    path = tmp_path / "t.csv"
    path.write_bytes(("id,word\n" + "".join(f"{i},{word}\n" for i in range(1, 30))).encode(encoding))
    found = profile(open_dataset(path))

    assert found.column("word").frequent.values[0] == (word, 29)


def test_a_few_bytes_of_another_encoding_are_mended_and_told(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("id,w\n1,Zürich\n2,Köln\n3,Genève\n".encode() + b"4,caf\xe9\n")
    dataset = open_dataset(path)
    found = profile(dataset)

    assert found.column("w").distinct == 4
    assert ("café", 1) in found.column("w").frequent.values
    assert any("read as Windows-1252: 1" in note for note in dataset.notes)


def test_text_that_was_encoded_twice_is_kept_and_told(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,w\n1,cafÃ©\n2,x\n", encoding="utf-8")

    assert any("encoded twice" in note for note in sniff(path).notes)


def column_of(tmp_path, cells, delimiter="\t", **dialect):
    path = tmp_path / "t.csv"
    path.write_text(
        f"id{delimiter}v\n" + "".join(f"r{i}{delimiter}{c}\n" for i, c in enumerate(cells)), encoding="utf-8"
    )
    dataset = open_dataset(path, dialect=dialect)
    return dataset, profile(dataset).column("v")


# cells, type, smallest and largest value
READ = {
    "leading zeros stay text": (["01234", "00501", "94110"], "text", None, None),
    "signs": (["+1", "-2", "3"], "integer", -2, 3),
    "exponents": (["1e5", "2.5E-3"], "float", 0.0025, 100000.0),
    "hexadecimal stays text": (["0x1F", "0xA0"], "text", None, None),
    "24 digits stay text": (["123456789012345678901234", "123456789012345678901235"], "text", None, None),
    "negative zero": (["-0", "1"], "integer", 0, 1),
    "decimal comma": (["1,5", "22,75", "3"], "float", 1.5, 22.75),
    "thousands with points": (["1.234,50", "12,25", "1.000.000,75"], "float", 12.25, 1000000.75),
    "thousands with commas": (["1,234.50", "12.25", "1,000,000.75"], "float", 12.25, 1000000.75),
    "thousands with spaces": (["1 234,50", "12,25"], "float", 12.25, 1234.5),
    "thousands with hard spaces": (["1\u00a0234,50", "12,25"], "float", 12.25, 1234.5),
    "thousands with apostrophes": (["1'234.50", "12.25"], "float", 12.25, 1234.5),
    "day first": (["25/03/2024", "01/02/2024"], "date", "2024-02-01", "2024-03-25"),
    "month first": (["03/25/2024", "01/02/2024"], "date", "2024-01-02", "2024-03-25"),
    "year first, days of one digit": (["2014-7-1", "2014-12-31"], "date", "2014-07-01", "2014-12-31"),
    "year first, slashes": (["2014/07/01", "2014/12/31"], "date", "2014-07-01", "2014-12-31"),
    "year first, slashes, with times": (
        ["2015/01/01 01:00:00", "2015/12/31 14:00:00"],
        "datetime",
        "2015-01-01T01:00:00",
        "2015-12-31T14:00:00",
    ),
    "day first, with times": (
        ["25/03/2024 8:05", "01/02/2024 17:30"],
        "datetime",
        "2024-02-01T17:30:00",
        "2024-03-25T08:05:00",
    ),
    "two-digit years": (["25.03.24", "31.12.99"], "date", "1999-12-31", "2024-03-25"),
    "dates that can be read in two ways stay text": (["01/02/2024", "03/04/2024"], "text", None, None),
    "dates in mixed orders stay text": (["25/03/2024", "03/25/2024"], "text", None, None),
    "extreme dates": (["1900-01-01", "9999-12-31"], "date", "1900-01-01", "9999-12-31"),
    "Excel serial dates are numbers": (["45000", "45001"], "integer", 45000, 45001),
    "times with a zone": (["2024-01-01T10:00:00+02:00"] * 2, "datetime", None, None),
    "yes and no stay text": (["yes", "no"], "text", None, None),
    "currency stays text": (["$1.50", "$2.75"], "text", None, None),
    "percent stays text": (["10 %", "20 %"], "text", None, None),
    "parentheses stay text": (["(1.50)", "(2.00)"], "text", None, None),
    "formulas are text": (["=1+1", "@x"], "text", None, None),
    "errors of a sheet are text": (["#REF!", "#N/A"], "text", None, None),
    "JSON in a cell is text": (['{"a": 1}', '{"a": 2}'], "text", None, None),
    "NA is a value": (["NA", "DE"], "text", None, None),
    "spaces around numbers": ([" 1", "2 "], "integer", 1, 2),
}


@pytest.mark.parametrize(("cells", "kind", "low", "high"), READ.values(), ids=READ)
def test_values_are_read_for_what_they_are(tmp_path, cells, kind, low, high):
    _, column = column_of(tmp_path, cells * 5)

    assert (str(column.type), column.missing, column.invalid) == (kind, 0, 0)
    if isinstance(low, str):
        assert {low, high} <= {value for value, _ in column.frequent.values}
    elif low is not None:
        assert (column.minimum, column.maximum) == (low, high)


TOLD = {
    "ambiguous dates": (["01/02/2024", "03/04/2024"], "day first or month first"),
    "currency": (["$1.50", "$2.75"], "a currency, a percent sign or parentheses"),
    "percent": (["10 %", "20 %"], "a currency, a percent sign or parentheses"),
    "one mark of three digits": (["1,234", "5,678"], "thousands or decimals"),
}


@pytest.mark.parametrize(("cells", "told"), TOLD.values(), ids=TOLD)
def test_what_stays_text_is_told(tmp_path, cells, told):
    dataset, _ = column_of(tmp_path, cells)

    assert any("'v'" in note and told in note for note in dataset.notes)


ASKED = {
    "date order": (["01/02/2024", "03/04/2024"], {"date_order": "mdy"}, "date"),
    "thousands": (["1,234", "5,678"], {"thousands": ","}, "integer"),
    "words for booleans": (["ja", "Nein"], {"true_words": ["ja"], "false_words": ["nein"]}, "boolean"),
}


@pytest.mark.parametrize(("cells", "dialect", "kind"), ASKED.values(), ids=ASKED)
def test_a_person_decides_what_stayed_open(tmp_path, cells, dialect, kind):
    assert column_of(tmp_path, cells, **dialect)[1].type == kind


@pytest.mark.parametrize(
    ("order", "good", "bad"),
    [("dmy", "28/02/2024", "31/02/2024"), ("mdy", "2/28/24", "13/01/24"), ("ymd", "24.2.28", "24.2.30")],
)
def test_what_is_no_day_of_the_calendar_is_invalid_and_told_as_it_is_written(tmp_path, order, good, bad):
    _, column = column_of(tmp_path, [good] * 39 + [bad], date_order=order)

    assert (str(column.type), column.minimum, column.maximum) == ("date", "2024-02-28", "2024-02-28")
    assert column.invalid_values == ((bad, 1),)


def test_nan_and_infinity_are_numbers_apart_and_not_missing(tmp_path):
    _, column = column_of(tmp_path, ["1.5", "nan", "inf", "-inf", "2.5"] * 4)

    assert (str(column.type), column.missing, column.moments.count) == ("float", 0, 8)


def test_cells_of_hard_or_no_width_spaces_alone(tmp_path):
    """Spaces that are hard, or that nobody sees, are spaces: missing."""
    _, column = column_of(tmp_path, ["\u00a0", "\u200b", "x", ""])

    assert (column.missing, column.distinct) == (3, 1)


def test_one_grouped_number_among_plain_ones_does_not_make_text_of_them(tmp_path):
    dataset, column = column_of(tmp_path, ["512", "88", "7", "950"] * 10 + ["1,234"])

    assert (str(column.type), column.invalid) == ("integer", 1)
    assert not any("it is text here" in note for note in dataset.notes)


def test_an_order_with_the_year_first_is_not_taken_for_days_that_are_open(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "2014-7-1,01/02/24\n2014-12-31,03/04/24\n" * 5)
    dataset = open_dataset(path)
    found = profile(dataset)

    assert [str(column.type) for column in found.columns] == ["text", "text"]
    assert any("'b' can be read day first or month first" in note for note in dataset.notes)
