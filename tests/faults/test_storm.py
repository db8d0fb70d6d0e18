"""Kill anything, lose nothing: a short form of `make faults`."""

import pytest

from tests.faults.storm import SHORT, storm
from tests.support import missing

pytestmark = pytest.mark.processes
SERVERS = pytest.param("servers", marks=[pytest.mark.postgres, pytest.mark.redis])


@pytest.mark.parametrize("infrastructure", ["embedded", SERVERS])
def test_nothing_is_lost_and_nothing_said_twice(tmp_path, infrastructure):
    try:
        verdict = storm(tmp_path, infrastructure, SHORT)
    except missing.MissingError as fault:
        missing.skip(fault)

    assert (verdict.broken, verdict.doubled, verdict.refused) == ([], [], [])
    assert None not in (verdict.jobs_seconds, verdict.messages_seconds)
    assert verdict.uploads
    assert verdict.messages
