"""Texts as programs and people write them: cut into the same rows, or told why not."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.errors import UnreadableData
from dataops.engine.intake import Dialect
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset

NAMES = ("id", "name", "amount")
LINES = [["id", "name", "amount"]] + [[str(i), f"name {i}", f"{i * 1.5}"] for i in range(1, 51)]
PLAIN = "".join(",".join(line) + "\n" for line in LINES)


def joined(delimiter: str) -> str:
    return "".join(delimiter.join(line) + "\n" for line in LINES)


def spaced() -> str:
    return "".join(" ".join(cell.replace(" ", "_") for cell in line) + "\n" for line in LINES)


def escaped() -> str:
    return PLAIN.replace("name 7", r'"say \"hi\", now"').replace("name 8", r'"back\\slash"')


# text, names, rows, and what is told of it ("" for nothing)
SAME_ROWS = {
    "delimiter ^": (joined("^"), ""),
    "delimiter ~": (joined("~"), ""),
    "delimiter of two characters ||": (joined("||"), ""),
    "delimiter of two characters ::": (joined("::"), ""),
    "space": (spaced(), ""),
    "comma and space": (joined(", "), ""),
    "comma and space, quoted": (joined(", ").replace("name 9", '"name, 9"'), ""),
    "escaped quotes": (escaped(), ""),
    "sep= line": ("sep=;\n" + joined(";"), ""),
    "sep= line in a file from Excel": ("sep=;\r\n" + joined(";").replace("\n", "\r\n"), ""),
    "comment lines between rows": (
        PLAIN.replace("\n20,", "\n# half way\n20,"),
        "comment lines between the rows: 1",
    ),
    "comment lines above": ("# exported by us\n# today\n" + PLAIN, ""),
    "exports that were joined": (
        PLAIN.replace("\n20,", "\nid,name,amount\n20,"),
        "the header comes again 1",
    ),
    "preamble of a sheet": ("Report,,\n,,\n" + PLAIN, ""),
    "trailing delimiter in rows alone": (PLAIN.replace("\n", ",\n").replace("amount,", "amount"), None),
}


@pytest.mark.parametrize(("text", "told"), SAME_ROWS.values(), ids=SAME_ROWS)
def test_the_same_fifty_rows_are_read(tmp_path, text, told):
    path = tmp_path / "t.csv"
    path.write_text(text, newline="")
    dataset = open_dataset(path)
    found = profile(dataset)

    assert (found.names[:3], found.rows) == (NAMES, 50)
    assert [column.distinct for column in found.columns[:3]] == [50, 50, 50]
    assert dataset.accounting.balanced
    assert dataset.accounting.rejected == 0
    if told:
        assert any(told in note for note in dataset.notes)


def cells_of(tmp_path, content: bytes | str, **dialect) -> tuple[object, list[tuple]]:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    dataset = open_dataset(path, dialect=dialect)
    return dataset, [tuple(row.values()) for block in dataset.blocks() for row in block.to_pylist()]


def test_escapes_are_taken_off(tmp_path):
    dataset, rows = cells_of(tmp_path, escaped())

    assert dataset.dialect.escape == "\\"
    assert (rows[6][1], rows[7][1]) == ('say "hi", now', "back\\slash")


def test_a_delimiter_of_two_characters_inside_quotes_is_a_value(tmp_path):
    _, rows = cells_of(tmp_path, joined("||").replace("name 7|", '"a||b"|'))

    assert rows[6] == ("7", "a||b", "10.5")


def test_a_delimiter_of_four_characters_can_be_given(tmp_path):
    _, rows = cells_of(tmp_path, joined("~|~|"), delimiter="~|~|")

    assert (len(rows), rows[0]) == (50, ("1", "name 1", "1.5"))


def test_names_over_several_lines_are_joined(tmp_path):
    twice, _ = cells_of(tmp_path, "id,name,amount\n" + PLAIN)
    grouped, rows = cells_of(
        tmp_path,
        "who,2019,,2020,\nname,sales,cost,sales,cost\n"
        + "".join(f"n{i},{i},{i},{i},{i}\n" for i in range(9)),
    )

    assert twice.names == ("id id", "name name", "amount amount")
    assert grouped.names == ("who name", "2019 sales", "2019 cost", "2020 sales", "2020 cost")
    assert len(rows) == 9


NAMED = {
    "no name": ("id,,amount\n1,2,3\n4,5,6\n", ("id", "column_2", "amount")),
    "a name twice": ("id,a,a\n1,2,3\n4,5,6\n", ("id", "a", "a.2")),
    "an index without a name": (",a,b\n0,1,x\n1,2,y\n2,3,z\n", ("column_1", "a", "b")),
    "quotes and a line end": (
        'id,"the ""big"" one","of\ntwo"\n1,2,3\n4,5,6\n',
        ("id", 'the "big" one', "of\ntwo"),
    ),
    "Unicode": ("größe,名前,🙂\n1,2,3\n4,5,6\n", ("größe", "名前", "🙂")),
    "a very long one": (f"id,{'n' * 5000},c\n1,2,3\n4,5,6\n", ("id", "n" * 5000, "c")),
}


@pytest.mark.parametrize(("text", "names"), NAMED.values(), ids=NAMED)
def test_columns_have_a_name_each(tmp_path, text, names):
    assert cells_of(tmp_path, text)[0].names == names


def test_rows_of_a_second_table_are_rejected_with_line_byte_and_text(tmp_path):
    dataset, rows = cells_of(tmp_path, "a,b,c\n1,2,3\n4,5,6\n7,8,9\nx,y\n1,2\n")

    assert len(rows) == 3
    assert [(r.line, r.offset, r.text, r.reason) for r in dataset.rejects] == [
        (5, 24, "x,y", "2 fields, 3 expected"),
        (6, 28, "1,2", "2 fields, 3 expected"),
    ]
    assert dataset.accounting.balanced


def test_the_byte_of_a_reject_counts_the_mark_and_is_not_told_of_decoded_text(tmp_path):
    text = "a,b\n1,2\n3\n4,5\n"
    marked, _ = cells_of(tmp_path, text.encode("utf-8-sig"))
    assert (tmp_path / "t.csv").read_bytes()[marked.rejects[0].offset :].startswith(b"3\n")

    decoded, _ = cells_of(tmp_path, text.encode("utf-16"))
    assert (decoded.rejects[0].line, decoded.rejects[0].offset) == (3, None)


def test_a_line_of_many_megabytes_is_a_row(tmp_path):
    _, rows = cells_of(tmp_path, "a,b\n1," + "x" * 20_000_000 + "\n2,y\n")

    assert [len(row[1]) for row in rows] == [20_000_000, 1]


dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from([",", ";", "\t", "|", "^", "||", "::", ", "]),
    quote=st.sampled_from(['"', "'"]),
    escape=st.sampled_from(["", "\\"]),
)
cells = st.text(st.sampled_from("ab1,;|:^ \t\"'\\\n\r é"), max_size=6)


@settings(max_examples=200, deadline=None)
@given(dialect=dialects, rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_is_written_under_a_dialect_comes_back_identical(tmp_path_factory, dialect, rows):
    text = io.StringIO()
    quote, mark = dialect.quote, dialect.delimiter
    for row in [["x", "y", "z"], *rows]:
        inner = (
            cell.replace("\\", "\\\\").replace(quote, f"\\{quote}")
            if dialect.escape
            else cell.replace(quote, quote * 2)
            for cell in row
        )
        text.write(mark.join(f"{quote}{cell}{quote}" for cell in inner) + "\n")
    path = tmp_path_factory.mktemp("d") / "t.csv"
    path.write_text(text.getvalue(), newline="", encoding="utf-8")
    dataset = open_dataset(path, dialect=dialect)
    loaded = [tuple(row.values()) for block in dataset.blocks() for row in block.to_pylist()]

    assert loaded == [tuple(row) for row in rows]
    assert dataset.accounting.balanced


@settings(max_examples=200, deadline=None)
@given(
    dialect=dialects,
    comment=st.sampled_from(["", "#"]),
    text=st.text(st.sampled_from("a,|\"\\\n\r#'"), max_size=60),
)
def test_the_account_balances_under_every_dialect(tmp_path_factory, dialect, comment, text):
    path = tmp_path_factory.mktemp("d") / "t.csv"
    path.write_text(f"a{dialect.delimiter}b\n" + text, newline="")
    try:
        dataset = open_dataset(path, dialect=dialect.to_dict() | {"comment": comment})
        loaded = sum(block.num_rows for block in dataset.blocks())
    except UnreadableData:
        return
    assert dataset.accounting.balanced
    assert dataset.accounting.loaded == loaded


def test_pythons_own_writer_is_read_back_without_being_told_the_dialect(tmp_path):
    rows = [[str(i), f'say "{i}"', f"a, b; {i}"] for i in range(30)]
    for dialect in ("excel", "excel-tab", "unix"):
        text = io.StringIO()
        csv.writer(text, dialect).writerows([["id", "said", "more"], *rows])
        assert cells_of(tmp_path, text.getvalue())[1] == [tuple(row) for row in rows]
