"""Files as people really write them: recognised, and read into the same table."""

import gzip
import re

import pytest

from dataops.engine.intake import Dialect
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset, sniff
from dataops.engine.readers.detect import SAMPLE_BYTES

NAMES = ("id", "name", "amount")
PLAIN = "id,name,amount\n" + "".join(f"{i},name {i},{i * 1.5}\n" for i in range(1, 51))
NO_HEADER = PLAIN.split("\n", 1)[1]

# Each holds the 50 rows of PLAIN, and is written in its own way.
WRITTEN = {
    "plain": PLAIN.encode(),
    "UTF-8 with mark": PLAIN.encode("utf-8-sig"),
    "UTF-16 with mark": PLAIN.encode("utf-16"),
    "UTF-16 without mark": PLAIN.encode("utf-16-be"),
    "Windows-1252": PLAIN.replace("name 3,", "José,").encode("cp1252"),
    "gzip": gzip.compress(PLAIN.encode()),
    "CR line ends": PLAIN.replace("\n", "\r").encode(),
    "mixed line ends": PLAIN.replace("5\n", "5\r\n").encode(),
    "no final line end": PLAIN.rstrip().encode(),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "pipes": PLAIN.replace(",", "|").encode(),
    "colons": PLAIN.replace(",", ":").encode(),
    "quoted line end": PLAIN.replace("name 7,", '"name\n7",').encode(),
    "quoted delimiter": PLAIN.replace("name 7,", '"name, 7",').encode(),
    "single quotes": re.sub(r",name (\d+),", r",'a, b \1',", PLAIN).encode(),
    "inch mark": PLAIN.replace("name 9,", '5" pipe,').encode(),
    "stray opening quote": PLAIN.replace("name 9,", '"name 9,').encode(),
    "blank lines": PLAIN.replace("5\n", "5\n\n").encode(),
    "preamble": b"Sales of the year\nprinted 2020-01-01\n\n" + PLAIN.encode(),
    "footer of one field": PLAIN.encode() + b"\nTotal rows: 50\n",
    "footer of all fields": PLAIN.encode() + b"Total,,1912.5\n",
    "a row too long": PLAIN.encode() + b"51,x,3.0,extra\n",
    "a row too short": PLAIN.encode() + b"51,x\n",
}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_the_same_fifty_rows_are_read(tmp_path, content):
    path = tmp_path / "upload.bin"
    path.write_bytes(content)
    dataset = open_dataset(path)
    found = profile(dataset)

    assert (found.names, found.rows) == (NAMES, 50)
    assert [column.distinct for column in found.columns] == [50, 50, 50]
    assert dataset.accounting.balanced


HEADERS = {
    "numbers below names": (PLAIN, True),
    "numbers above numbers": (NO_HEADER, False),
    "years over numbers": ("country,2019,2020\n" + "".join(f"c{i},{i}.5,{i}\n" for i in range(20)), True),
    "years in names over numbers": (
        "kind,2019 sales,2007 - 08 volume\n" + "".join(f"k{i},{i}.5,{i}\n" for i in range(20)),
        True,
    ),
    "lengths over lengths": ("12 miles,x\n" + "".join(f"{i} miles,y{i}\n" for i in range(20)), False),
    "text that recurs below": ("paris,red\nlondon,blue\nparis,blue\nrome,red\n", False),
    "text that does not": ("name,city\nbob,paris\nann,rome\nbob,oslo\n", True),
    "one row": ("a,b\n1,2\n", True),
    "one row alone": ("1,2\n", False),
}


@pytest.mark.parametrize(("text", "header"), HEADERS.values(), ids=HEADERS)
def test_a_header_is_told_from_a_row(tmp_path, text, header):
    path = tmp_path / "t.csv"
    path.write_text(text)

    assert sniff(path).dialect.header is header


ONE_COLUMN = {
    "numbers": "v\n" + "".join(f"{i}\n" for i in range(20)),
    "times": "t\n" + "".join(f"12:{i}\n" for i in range(10, 30)),
    "prose": "said\n" + "".join(f"well, number {i}, isn't it\n" if i % 3 else "yes\n" for i in range(20)),
    "prose with a comma in each line": "".join(
        ["Well, the first\n"] + [f"yes, {i}{', really' * (i % 3)}\n" for i in range(20)]
    ),
    "addresses": "url\n" + "".join(f"https://example.com/{i}\n" for i in range(20)),
}


@pytest.mark.parametrize("text", ONE_COLUMN.values(), ids=ONE_COLUMN)
def test_one_column_stays_one_column(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    found = profile(open_dataset(path))

    assert (len(found.columns), found.rows) == (1, 20)


RAGGED = {
    "every second row too long": "".join(f"{i},{i},{i}\n{i},{i},{i},oops\n" for i in range(20)),
    "a long row first": "".join(f"{i},{i},{i},oops\n{i},{i},{i}\n" for i in range(20)),
    "every second row too short": "".join(f"{i},{i},{i}\n{i},{i}\n" for i in range(20)),
    "too long and too short": "".join(f"{i},{i},{i}\n{i},{i}\n{i},x,y,z\n" for i in range(20)),
}


@pytest.mark.parametrize("rows", RAGGED.values(), ids=RAGGED)
def test_rows_of_another_width_than_the_header_are_rejected(tmp_path, rows):
    path = tmp_path / "t.csv"
    path.write_text("id,a,b\n" + rows)
    dataset = open_dataset(path)
    found = profile(dataset)

    assert (found.names, found.rows) == (("id", "a", "b"), 20)
    assert dataset.accounting.rejected == rows.count("\n") - 20
    assert dataset.accounting.balanced


def test_a_value_may_begin_with_a_doubled_quote(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('id,"""big"" one"\n' + "".join(f'{i},"""{i}"" inch"\n' for i in range(20)))
    dataset = open_dataset(path)

    assert dataset.dialect.quote == '"'
    assert dataset.names == ("id", '"big" one')


def test_decimal_commas_do_not_make_the_comma_the_delimiter(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b;c\n" + "".join(f"{i},5;{i},25;x\n" for i in range(20)))

    assert sniff(path).dialect.delimiter == ";"


def test_utf_8_is_recognised_when_the_sample_ends_inside_a_character(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("xxx,yyy\n" + "1,é\n" * (SAMPLE_BYTES // 5), encoding="utf-8")
    with pytest.raises(UnicodeDecodeError):
        path.read_bytes()[:SAMPLE_BYTES].decode()

    assert sniff(path).encoding == "utf-8"


def test_a_given_dialect_overrides_the_sniffed_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(PLAIN)
    dataset = open_dataset(path, dialect=Dialect(header=False))

    assert profile(dataset).rows == 51
    assert dataset.notes == ("there is no header line",)


def test_unusable_names_are_mended_and_told(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,,id\n" + "".join(f"{i},x,y\n" for i in range(20)))
    dataset = open_dataset(path)

    assert dataset.names == ("id", "column_2", "id.2")
    assert len(dataset.notes) == 2


def test_five_thousand_columns_are_read(tmp_path):
    path = tmp_path / "wide.csv"
    width = 5000
    rows = [",".join(f"c{i}" for i in range(width))] + [
        ",".join(map(str, range(r, r + width))) for r in range(3)
    ]
    path.write_text("\n".join(rows) + "\n")
    found = profile(open_dataset(path))

    assert (len(found.columns), found.rows) == (5000, 3)
    assert found.column("c4999").maximum == 5001
