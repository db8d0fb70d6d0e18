"""People at work while everything fails: scripts that upload, and a browser that looks at pages.

A script that gets no answer sends the same again under the same Idempotency-Key, as a careful one does.
"""

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import requests

from tests.support.processes import ADMIN_PASSWORD

ACCEPTED = (200, 202)
AGAIN = (409, 429, 500, 502, 503, 504)
"""Answers after which a script tries again; 409 says that the first request is still at work."""
LOOK_EVERY_SECONDS = 0.25


def sales(start: int, *, bad: bool) -> bytes:
    """Two hundred rows, none like those of another ``start``; of bad ones half have no amount and all come
    twice."""
    lines = [f"{n},shop {n % 7},{'' if bad and n % 2 else n % 90}\n" for n in range(start, start + 200)]
    return "".join(["id,shop,amount\n", *lines, *(lines if bad else [])]).encode()


@dataclass(slots=True)
class Uploads:
    """Sources that get a good file and then a bad one; ``runs`` are the ids that were answered."""

    url: str
    token: str
    pause: float
    runs: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stories: int = 0
    _stop: Event = field(default_factory=Event)

    def go_on(self) -> None:
        while not self._stop.is_set():
            for bad in (False, True):
                self._hand_in(self.stories, bad=bad)
            self.stories += 1
            self._stop.wait(self.pause)

    def _hand_in(self, story: int, *, bad: bool) -> None:
        """Until it is taken; the story of a source is never left half told."""
        key = str(uuid.uuid4())
        while True:
            answer = self._send(story, bad, key)
            if answer is not None and answer.status_code in ACCEPTED:
                self.runs.append(answer.json()["check"]["id"])
                return
            if answer is not None and answer.status_code not in AGAIN:
                self.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return
            time.sleep(0.3)

    def _send(self, story: int, bad: bool, key: str) -> requests.Response | None:
        content = sales(story * 1000 + bad * 500, bad=bad)
        try:
            return requests.post(
                f"{self.url}/api/v1/data-quality/upload",
                files={"file": ("sales.csv", content, "text/csv")},
                data={"source": f"shop {story}"},
                headers={"Authorization": f"Token {self.token}", "Idempotency-Key": key},
                timeout=20,
            )
        except requests.RequestException:
            return None


@dataclass(frozen=True, slots=True)
class Look:
    """One page asked for: when it was over, how long it took, and what was broken meanwhile."""

    at: float
    seconds: float
    ok: bool
    during: str


@dataclass(slots=True)
class Looks:
    """Somebody signed in who looks at the list of alerts again and again."""

    url: str
    during: str = ""
    seen: list[Look] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def go_on(self) -> None:
        browser = sign_in(self.url)
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self._look(browser)

    def _look(self, browser: requests.Session) -> None:
        before, began = self.during, time.monotonic()
        try:
            ok = browser.get(f"{self.url}/alerts/", timeout=10, allow_redirects=False).status_code == 200
        except requests.RequestException:
            ok = False
        # What broke or was mended while the page was made belongs to neither.
        during = before if before == self.during else "change"
        self.seen.append(Look(time.monotonic(), time.monotonic() - began, ok, during))

    def p95(self, during: str) -> float | None:
        """Seconds within which 95 % of the pages came; one that did not come counts as the worst."""
        meant = [look for look in self.seen if look.during == during]
        took = sorted(look.seconds if look.ok else float("inf") for look in meant)
        return took[int(len(took) * 0.95)] if took else None


def sign_in(url: str) -> requests.Session:
    browser = requests.Session()
    page = browser.get(f"{url}/alerts/", timeout=30)  # which asks to sign in first
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token, page.text[:500]
    form = {"csrfmiddlewaretoken": token[1], "username": "admin", "password": ADMIN_PASSWORD}
    done = browser.post(page.url, form, headers={"Referer": page.url}, timeout=30, allow_redirects=False)
    assert done.status_code == 302, done.status_code
    return browser


@contextmanager
def at_work(*people: Uploads | Looks) -> Iterator[None]:
    threads = [Thread(target=each.go_on, daemon=True) for each in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for each in people:
            each._stop.set()
        for thread in threads:
            thread.join(60)
