"""What people upload, a case each: containers, letters, structure, values.

Each file is read into what a person sees in it, read with a note on what was done, or refused with what
happened and what to do. The neighbours of this file look closer: at records and places in
``test_structure``, at formats in ``test_containers``, at notations in ``test_values``.
"""

import bz2
import gzip
import json
import lzma
from dataclasses import dataclass

import pytest

from dataops.engine.errors import InspectionError
from dataops.engine.inspection import default_plan, inspect
from dataops.engine.intake import SizeLimits
from dataops.engine.readers import open_dataset, source
from tests.engine.intake.test_containers import parquet, zipped, zstd
from tests.engine.intake.workbooks import workbook

LINES = [f"{i},name {i},{i * 1.5}" for i in range(1, 31)]
PLAIN = "\n".join(["id,name,amount", *LINES]) + "\n"
ROWS = [line.split(",") for line in LINES]
NAMES = ("id", "name", "amount")


def bytes_of(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


@dataclass(frozen=True)
class Reads:
    """The file is read: so many rows, these names, and a note that holds ``told``."""

    content: str | bytes
    rows: int = 30
    names: tuple[str, ...] = NAMES
    told: str = ""
    rejected: int = 0


@dataclass(frozen=True)
class Refused:
    """The file is refused: ``says`` what happened, ``mend`` what to do."""

    content: str | bytes
    code: str
    says: str
    mend: str


TWO = "".join(f"{i},{i}.5\n" for i in range(30))
PADDED = PLAIN.replace("\n", ",\n")
WIDE = "\n".join([",".join(f"c{i}" for i in range(5000)), *[",".join("7" * 5000)] * 3])
HTML = "<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>"
LOGIN = "\n\n<html><head><title>Sign in</title></head><body>" + "please sign in\n" * 20
SHEET = workbook({"data": [NAMES, *ROWS]})

CONTAINERS = {
    "gzip": Reads(gzip.compress(PLAIN.encode())),
    "Zstandard": Reads(zstd(PLAIN.encode())),
    "bzip2": Reads(bz2.compress(PLAIN.encode())),
    "xz": Reads(lzma.compress(PLAIN.encode())),
    "ZIP with one member": Reads(zipped(table=PLAIN.encode())),
    "ZIP with several members": Refused(
        zipped(a=PLAIN.encode(), b=b"x"), "unknown_format", "holds 2 files: a, b", "name one of them"
    ),
    "xlsx named .csv": Reads(SHEET),
    "Parquet named .csv": Reads(parquet(), 50, ("id", "name", "amount", "day")),
    "JSON named .csv": Reads(json.dumps([dict(zip(NAMES, row, strict=True)) for row in ROWS])),
    "web page named .csv": Refused(HTML, "unknown_format", "a web page", "download the table itself"),
    "sign-in page named .csv": Refused(LOGIN, "unknown_format", "a web page", "download the table itself"),
    "XML named .csv": Refused(
        '<?xml version="1.0"?>\n<rows><r>1</r></rows>', "unknown_format", "XML", "download the table itself"
    ),
    "error of a service named .csv": Refused(
        '{"error": {"code": 404, "message": "no such report"}}',
        "unknown_format",
        "a service that failed",
        "download the table again",
    ),
    "error of a service on one line": Refused(
        '{"error": "quota exceeded", "status": 429}\n',
        "unknown_format",
        "quota exceeded",
        "download the table again",
    ),
    "error of a storage named .csv": Refused(
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        "unknown_format",
        "XML",
        "download the table itself",
    ),
    "gzip cut off": Refused(
        gzip.compress(PLAIN.encode())[:-20], "broken_data", "cut off", "upload the complete"
    ),
    "Zstandard cut off": Refused(
        zstd(PLAIN.encode() * 9)[:-20], "broken_data", "cut off", "upload the complete"
    ),
    "ZIP cut off": Refused(zipped(a=PLAIN.encode())[:-30], "broken_data", "damaged", "upload the complete"),
    "Parquet cut off": Refused(parquet()[:-200], "broken_data", "damaged", "again"),
    "workbook cut off": Refused(SHEET[:-200], "broken_data", "damaged", "again"),
    "upload cut off in a row": Reads(PLAIN[:-8], 29, rejected=1),
    "upload cut off in a quoted value": Reads(PLAIN + '31,"name', rejected=1),
    "0 bytes": Refused("", "empty_file", "0 bytes", "upload it again"),
    "0 bytes in gzip": Refused(gzip.compress(b""), "empty_file", "0 bytes", "upload it again"),
    "picture": Refused(
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "unknown_format", "a PNG image", "save the table"
    ),
}

LETTERS = {
    "UTF-8 with mark": Reads(PLAIN.encode("utf-8-sig")),
    "UTF-16 with mark": Reads(PLAIN.encode("utf-16")),
    "UTF-32 with mark": Reads(PLAIN.encode("utf-32")),
    "latin-1": Reads(PLAIN.replace("name 3", "José").encode("latin-1")),
    "invalid bytes": Reads(
        PLAIN.encode().replace(b"name 3", b"caf\xe9 \xc3\xa9\xc3\xa9"), told="Windows-1252: 2"
    ),
    "encoded twice": Reads(PLAIN.replace("name 3", "cafÃ©"), told="encoded twice"),
    "NUL": Refused(PLAIN.replace("name 3", "na\0me"), "unknown_format", "NUL", "export it again"),
    "mark of another file inside": Reads(PLAIN + "\ufeff" + PLAIN, 60, told="the header comes again 1"),
    "mark inside a value": Reads(PLAIN.replace("name 3", "\ufeffname 3"), told="U+FEFF"),
    "control characters in a value": Reads(
        PLAIN.replace("name 3", "na\x07me\x1b[0m 3"), told="control character (U+0007"
    ),
    "zero-width space in a value": Reads(PLAIN.replace("name 3", "na\u200bme 3"), told="nobody sees"),
    "no-break space in a value": Reads(PLAIN.replace("name 3", "name\u00a03")),
    "right to left": Reads(PLAIN.replace("name 3", "שלום")),
}  # fmt: skip

STRUCTURE = {
    "semicolons": Reads(PLAIN.replace(",", ";")),
    "tabs": Reads(PLAIN.replace(",", "\t")),
    "pipes": Reads(PLAIN.replace(",", "|")),
    "colons": Reads(PLAIN.replace(",", ":")),
    "delimiter of two characters": Reads(PLAIN.replace(",", "||")),
    "sep= line": Reads("sep=;\n" + PLAIN.replace(",", ";")),
    "stray quote": Reads(PLAIN.replace("name 3,", 'na"me,')),
    "quote that never closes": Reads(PLAIN.replace(",name 3,", ',"name 3,')),
    "quoted line end": Reads(PLAIN.replace("name 3,", '"na\nme",')),
    "CR": Reads(PLAIN.replace("\n", "\r")),
    "CRLF": Reads(PLAIN.replace("\n", "\r\n")),
    "line ends mixed": Reads(PLAIN.replace("5\n", "5\r\n")),
    "no final line end": Reads(PLAIN.rstrip()),
    "final line ends too many": Reads(PLAIN + "\n\n"),
    "row too long": Reads(PLAIN + "31,x,1,extra\n", rejected=1),
    "row too short": Reads(PLAIN + "31,x\n", rejected=1),
    "delimiter at the end of each line": Reads(PLAIN.replace("\n", ",\n"), names=(*NAMES, "column_4")),
    "blank lines": Reads(PLAIN.replace("\n", "\n\n")),
    "preamble": Reads("Sales\nprinted today\n\n" + PLAIN),
    "comment lines": Reads(PLAIN.replace("\n20,", "\n# half\n20,"), told="comment lines"),
    "header of two lines": Reads("id,name,amount\n" + PLAIN, names=("id id", "name name", "amount amount")),
    "footer": Reads(PLAIN + "Total,,1234.5\n"),
    "header again in the middle": Reads(PLAIN + PLAIN, 60, told="the header comes again 1"),
    "second table below": Reads(PLAIN + "\na,b\n1,2\n", rejected=2),
    "second table of more columns below": Reads(PLAIN + "id,name,amount,more\n1,x,2,3\n", rejected=2),
    "header written with another delimiter": Reads(PLAIN.replace("id,name,amount", "id;name;amount")),
    "quote in the header that never closes": Reads(
        PLAIN.replace("amount", '"amount').replace("name 3,", '"name 3",'), names=("id", "name", '"amount')
    ),
    "one column": Reads("v\n" + "".join(f"{i}\n" for i in range(30)), names=("v",)),
    "header alone": Refused("id,name,amount\n", "no_rows", "no rows below the header", "upload a file with"),
    "one row": Reads("id,name,amount\n1,a,2\n", 1),
    "no header": Reads("\n".join(LINES), names=("column_1", "column_2", "column_3"), told="no header line"),
    "names twice and none": Reads(
        PLAIN.replace("id,name,amount", "id,,id"), names=("id", "column_2", "id.2"), told="it is called"
    ),
    "index without a name": Reads(PLAIN.replace("id,", ","), names=("column_1", "name", "amount")),
    "5,000 columns": Reads(WIDE, 3, tuple(f"c{i}" for i in range(5000))),
    "line of 2 MB": Reads(PLAIN.replace("name 3,", "x" * 2_000_000 + ",")),
    "no row fits": Refused(
        "a,b,c\n1,2\n3,4\n", "broken_data", "line 2: 2 fields, 3 expected", "Check the delimiter"
    ),
    "title of more cells than the table": Reads("made,by,us,today\nid,x\n" + TWO, names=("id", "x")),
    "titles and empty lines of a sheet": Reads(",,,\nSales,,,\n,,,\n" + PADDED, names=(*NAMES, "column_4")),
    "names of the rows without a name": Reads(PLAIN.replace("id,", ""), names=("column_1", "name", "amount")),
    "titles over several columns": Reads(
        "id,whose,\n,name,amount\n" + PLAIN.split("\n", 1)[1], names=("id", "whose name", "whose amount")
    ),
    "single quotes": Reads("'id','name','amount'\n" + "".join(f"{i},'a','b, {i}'\n" for i in range(30))),
}  # fmt: skip


@pytest.mark.parametrize("case", [
    pytest.param(case, id=f"{group}: {name}")
    for group, cases in (("container", CONTAINERS), ("letters", LETTERS), ("structure", STRUCTURE))
    for name, case in cases.items()
])  # fmt: skip
def test_an_ugly_file_is_read_or_refused_in_words_a_person_understands(tmp_path, case):
    path = tmp_path / "upload.csv"
    path.write_bytes(bytes_of(case.content))
    if isinstance(case, Refused):
        with pytest.raises(InspectionError) as refusal:
            inspect(open_dataset(path), default_plan())
        assert refusal.value.code == case.code
        assert case.says in refusal.value.message
        assert case.mend in refusal.value.message
        return
    report = inspect(open_dataset(path), default_plan())

    assert (report.profile.names, report.profile.rows) == (case.names, case.rows)
    assert report.accounting.rejected == case.rejected
    assert report.accounting.balanced
    assert any(case.told in note for note in report.notes) or not case.told


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd, lambda c: zipped(a=c)])
def test_a_bomb_is_stopped_with_what_to_do(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(source, "RATIO_APPLIES_FROM", 1 << 20)
    path = tmp_path / "upload.csv"
    path.write_bytes(pack(b"a,b\n" + b"1,2\n" * 2_000_000))

    with pytest.raises(InspectionError, match="decompression bombs do; upload the file uncompressed"):
        inspect(open_dataset(path, limits=SizeLimits(max_ratio=100)), default_plan())
