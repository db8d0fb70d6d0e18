"""A short `make fuzz`: damaged files of every format are read or refused, and break no reader."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataops.web.runs import RunState
from quality.models import CheckRun
from tests.faults.fuzz import case, fault_of

CASES = 40
ODD = ["", "NA", "2024-01-31", "1,5", '"', "=1+1", "1e400", "\0", "\u202e", "é"]
CELLS = st.sampled_from(ODD) | st.text(max_size=8) | st.integers().map(str) | st.floats().map(str)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=12)


def written(rows: list[list[str]], delimiter: str, end: str, encoding: str) -> bytes:
    return end.join(delimiter.join(row) for row in rows).encode(encoding, "replace")


TABLES = st.builds(
    written,
    ROWS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
FILES = TABLES | st.binary(max_size=300) | st.integers(0, 10**6).map(case)


def test_damaged_files_break_no_reader(tmp_path):
    faults = {number: fault for number in range(CASES) if (fault := fault_of(number, tmp_path))}

    assert faults == {}


def test_a_case_is_made_again_by_its_number():
    assert case(5) == case(5) != case(6)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=FILES)
def test_whatever_is_handed_in_is_refused_in_words_or_checked_to_its_end(api, drain, content):
    file = SimpleUploadedFile("made.csv", content)
    answer = api("editor").post("/api/v1/data-quality/upload", {"file": file, "source": "made"})

    if answer.status_code == 422:
        assert answer.json()["detail"]
        return
    assert answer.status_code in (200, 202)
    drain()
    run = CheckRun.objects.get(pk=answer.json()["check"]["id"])
    assert run.state == RunState.SUCCEEDED or (run.error and run.error_code != "internal_error")
