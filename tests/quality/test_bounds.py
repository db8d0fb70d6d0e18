"""A check that takes too much is ended and says so, and the next one runs as if nothing had been."""

import pytest

from alerts.models import Alert
from dataops.web.runs import RunState
from quality import services
from quality.models import CheckRun
from tests.quality.conftest import csv_bytes

ENDLESS = "SELECT count(*) AS n FROM data a, data b, data c, data d, data e, data f"


@pytest.fixture
def endless(uploaded, user) -> CheckRun:
    """The first run of a source whose next one asks for something without end."""
    run = uploaded()
    services.add_check(
        run.source, kind="sql_value", params={"query": ENDLESS, "minimum": 0}, by=user("editor")
    )
    return run


@pytest.mark.parametrize(
    ("bound", "code", "says"),
    [
        ("CHECK_CPU_SECONDS", "cpu_limit", "more than 1 s of processor time"),
        ("RUN_TIME_LIMIT_SECONDS", "time_limit", "longer than 1 s"),
    ],
)
def test_a_rule_without_end_is_stopped_and_told(endless, uploaded, settings, bound, code, says):
    setattr(settings, bound, 1)
    run = uploaded(csv_bytes(rows=300))

    assert (run.state, run.error_code, run.attempt) == (RunState.FAILED, code, 1)
    assert says in run.error
    assert Alert.objects.filter(kind="quality.run").exists()


def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_is_checked(uploaded, settings):
    settings.CHECK_MEMORY_BYTES = 48 * 1024**2
    bomb = b'[{"a": "' + b"x" * 60 * 1024**2 + b'"}]'
    run = uploaded(bomb)

    assert (run.state, run.error_code, run.attempt) == (RunState.FAILED, "memory_limit", 1)
    assert "needs more than 48 MB of memory" in run.error
    assert uploaded().state == RunState.SUCCEEDED
