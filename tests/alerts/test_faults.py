"""Nothing is lost when everything fails: a shortened form of ``python -m benchmarks faults``."""

import pytest

from tests.alerts.faults import campaign
from tests.support.faulty import WAYS

pytestmark = pytest.mark.processes


def test_a_thousand_alerts_survive_faulty_receivers_and_a_killed_dispatcher(tmp_path):
    verdict = campaign(tmp_path, events=1_000, kills=4)

    assert (verdict.lost, verdict.unfinished) == (set(), 0)
    assert (verdict.doubled, verdict.strangers) == ([], set())
    assert len(verdict.faults) >= len(WAYS) - 1
