"""A short `make fuzz`: damaged files of every format are read or refused, and break no reader."""

from tests.faults.fuzz import case, fault_of

CASES = 40


def test_damaged_files_break_no_reader(tmp_path):
    faults = {number: fault for number in range(CASES) if (fault := fault_of(number, tmp_path))}

    assert faults == {}


def test_a_case_is_made_again_by_its_number():
    assert case(5) == case(5) != case(6)
