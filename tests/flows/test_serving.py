"""What was answered is in the log, and a new champion takes over between two requests."""

import threading
from itertools import count

import pytest
import requests

from tests.flows.client import API, Script
from tests.support.processes import Processes

FLIGHT = {"dep_delay": 24, "distance": 1400, "hour": 17, "carrier": "UA", "origin": "EWR", "dest": "IAH"}
PREDICT = f"{API}/model-monitoring/models/flight-delayed/predict"

pytestmark = pytest.mark.processes


class Callers:
    """Four callers that ask without a pause, and remember what they were answered."""

    def __init__(self, script: Script) -> None:
        self.answers: list[tuple[int, dict]] = []
        self.enough = threading.Event()
        self._headers, self._url = dict(script.session.headers), script.product.url + PREDICT
        self._names = count()
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        with requests.Session() as session:
            session.headers.update(self._headers)
            while not self.enough.is_set():
                body = {"instances": [FLIGHT], "ids": [f"asked-{next(self._names)}"]}
                try:
                    answer = session.post(self._url, json=body, timeout=30)
                except requests.ConnectionError:
                    return
                self.answers.append((answer.status_code, answer.json()))

    def stop(self) -> None:
        self.enough.set()
        for thread in self._threads:
            thread.join(30)

    def wait_for(self, answers: int) -> None:
        while len(self.answers) < answers:
            self.enough.wait(0.02)


@pytest.fixture
def script(product) -> Script:
    served: Processes = product()
    served.manage("deploy_model", "flight-delayed")
    served.start("web")
    served.wait_until_ready()
    return Script(served)


def test_every_answer_is_in_the_log_when_the_server_is_killed(script):
    callers = Callers(script)
    callers.wait_for(100)
    script.product.kill("web")
    callers.stop()
    answered = {name for status, body in callers.answers if status == 200 for name in body["prediction_ids"]}

    script.product.start("web")
    script.product.wait_until_ready()
    logged: set[str] = set()
    page: str | None = "model-monitoring/models/flight-delayed/predictions?page_size=500"
    while page:
        listed = script.get(page)
        logged |= {row["prediction_id"] for row in listed["results"]}
        page = (listed["next"] or "").removeprefix(script.product.url) or None
    assert len(answered) >= 100
    assert answered <= logged


def test_a_promotion_loses_no_request(script):
    script.product.manage("deploy_model", "flight-delayed")
    callers = Callers(script)
    callers.wait_for(20)
    versions = "model-monitoring/models/flight-delayed/versions"
    for number in (2, 1, 2):
        script.post(f"{versions}/{number}/promote", {"reason": f"a try of {number}"})
        callers.wait_for(len(callers.answers) + 20)
    callers.stop()

    assert {status for status, _ in callers.answers} == {200}
    assert {body["version"] for _, body in callers.answers[:20]} == {1}
    assert {body["version"] for _, body in callers.answers[-8:]} == {2}
