"""What dies in the middle of its work costs seconds, not the work."""

import pytest

from tests.flows.client import Script, damaged
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes


def test_a_worker_killed_in_mid_job_costs_seconds_not_the_job(running, flights):
    script = Script(running)
    url = script.upload("flights.csv", flights, source="killed")["check"]["url"]
    eventually(lambda: script.get(url)["status"] == "running", seconds=30, what="the run to start")
    running.kill("worker-heavy")
    running.start("worker-heavy")

    run = script.follow(url, seconds=90)
    assert (run["status"], run["attempt"]) == ("succeeded", 2)
    listed = script.get(f"data-quality/sources/{run['source']['id']}/quality")
    assert listed["count"] == 1
    assert len(run["results"]) == len({(r["check"], r["column"]) for r in run["results"]})


def test_a_restart_of_everything_loses_nothing(running, flights):
    script = Script(running)
    url = script.upload("flights.csv", damaged(flights), source="restarted")["check"]["url"]
    names = running.running
    for name in names:
        running.kill(name)
    running.start(*names)
    running.wait_until_ready()

    assert script.follow(url, seconds=90)["status"] == "succeeded"
