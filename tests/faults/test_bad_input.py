"""Forty-two ways to go wrong are on a page of the documentation, each with its test; those of files are here.

They go through the upload of the API.
"""

import ast
import gzip
import io
import json
import os
import re
import time
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alerts.models import Alert
from dataops.web import tasks
from dataops.web.storage import clean_file_name
from quality.models import DataSource

ROOT = Path(__file__).parents[2]
UPLOAD = "/api/v1/data-quality/upload"
PAGE = ROOT / "docs" / "faults.md"
ROW = re.compile(r"^\| (\d+) \|.*\| (`[^|]+`) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/.]+)::(\w+)`")
PROOFS = {int(number): TEST.findall(tests) for number, tests in ROW.findall(PAGE.read_text())}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_fault_of_the_page_has_tests_that_exist() -> None:
    gone = {(path, name) for tests in PROOFS.values() for path, name in tests if name not in names_in(path)}

    assert list(PROOFS) == list(range(1, 43))
    assert all(PROOFS.values())
    assert gone == set()


def numbered(count: int) -> bytes:
    return b"".join(b"%d,x%d\n" % (i, i) for i in range(count))


def zipped(content: bytes, *names: str) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


def spelled(word: str, encoding: str) -> bytes:
    return "".join(["id,word\n", *(f"{i},{word}\n" for i in range(50))]).encode(encoding)


def sent(client, content: bytes):
    return client.post(UPLOAD, {"file": SimpleUploadedFile("orders.csv", content), "source": "orders"})


REFUSED = {
    "1 empty": (b"", "is empty"),
    "2 header only": (b"a,b\n", "no rows below the header"),
    "15 two files in an archive": (zipped(b"a,b\n1,2\n", "a.csv", "b.csv"), "2 files: a.csv, b.csv"),
    "16 a program": (b"\x7fELF\2\1\1" + bytes(range(256)) * 20, "no table"),
    "7 NUL": (b"a,b\n" + numbered(50) + b"1,\0\n", "character 337 is a NUL byte"),
    "16 an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 10, "PNG image"),
    "16 a page": (b"<!DOCTYPE html>\n<html><body>404</body></html>", "web page"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_at_the_door_it_is_refused_and_nothing_kept(api, content, says):
    answer = sent(api("editor"), content)

    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert not DataSource.objects.exists()
    assert not Alert.objects.exists()


WORDS = [b"NA", b"None", b"null", b"Ann"]
LATE = numbered(40_000) + b"1,2,3\n" + numbered(100)
WIDE = b",".join(b"c%d" % i for i in range(20_000)) + b"\n" + b",".join([b"1"] * 20_000) + b"\n"
HUGE = b"".join(b"%d,%d.5\n" % (i, i) for i in range(97)) + b"97,1e400\n98,inf\n99,1180591620717411303424\n"
TOLD = {
    "3 ragged first row": (
        b"a,b\n1,2,3\n" + numbered(50),
        ['"loaded": 50', '"line": 2', "3 fields, 2 expected"],
    ),
    "4 ragged late": (b"a,b\n" + LATE, ['"loaded": 40100', '"line": 40002', "3 fields, 2 expected"]),
    "5 unclosed quote": (b'a,b\n1,"x\n' + numbered(50), ['"loaded": 50', '"line": 2']),
    "6 UTF-16": (spelled("naïve", "utf-16"), ['"encoding": "utf-16-le"', '["naïve", 50]']),
    "6 Latin-1": (spelled("José", "latin-1"), ['"encoding": "cp1252"', '["José", 50]']),
    "6 a byte order mark": (spelled("é", "utf-8-sig"), ['"encoding": "utf-8"', '"name": "id"', '["é", 50]']),
    "8 words for nothing": (
        b"id,name\n" + b"".join(b"%d,%s\n" % (i, WORDS[i % 4]) for i in range(40)),
        ['["NA", 10]', "look as if they meant none"],
    ),
    "9 leading zeros": (
        b"id,zip\n" + b"".join(b"%d,%05d\n" % (i, i * 7) for i in range(50)),
        ['"name": "zip", "type": "text"', "00007"],
    ),
    "10 beyond numbers": (b"id,v\n" + HUGE, ['"succeeded"', '"infinite": 2', '"max": 96.5']),
    "11 one name twice": (b"a,a\n" + numbered(50), ['"name": "a.2"', "has the name 'a' of an earlier"]),
    "12 columns without end": (WIDE, ['"failed"', "20,000 columns; at most 16,384 are read"]),
    "14 a bomb": (gzip.compress(b"a,b\n" + b"1,2\n" * 25_000_000), ['"failed"', "decompression bombs do"]),
    "15 a path in an archive": (zipped(b"a,b\n" + numbered(50), "../../etc/x.csv"), ['"loaded": 50']),
}


def no_number(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "says"), TOLD.values(), ids=TOLD)
def test_it_is_taken_and_its_oddity_told(api, drain, content, says):
    client = api("editor")
    address = sent(client, content).json()["check"]["url"]
    drain()
    answers = [client.get(address + part) for part in ("", "/profile", "/rejects")]

    read = [json.loads(answer.content, parse_constant=no_number) for answer in answers]
    told = json.dumps(read, ensure_ascii=False)
    for words in says:
        assert words in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
        ("..\\..\\etc\\passwd", "passwd"),
        ("a\r\nSet-Cookie: x=1.csv", "aSet-Cookie: x=1.csv"),
        ("txt.\u202evsc.exe", "txt.vsc.exe"),
        ("x" * 4096, "x" * 255),
        ("\0\x01", "unnamed"),
    ],
)
def test_a_file_name_becomes_plain_text(name, text):
    assert clean_file_name(name) == text


@pytest.mark.django_db
def test_an_upload_that_was_cut_off_goes_within_the_hour(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    for name, age in {"tmpa.upload.csv": 3700, "tmpb.upload.csv": 60, "keep.txt": 9000}.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))

    tasks.tidy()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["keep.txt", "tmpb.upload.csv"]
