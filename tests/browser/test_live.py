"""Parts that keep themselves fresh: they rest when nobody looks, and stop when all is over."""

from functools import partial

import pytest
from django.conf import settings
from playwright.sync_api import Page, Response, Route, expect

from quality.models import CheckRun
from quality.services import receive_upload
from tests.browser.data import CLEAN, uploaded

pytestmark = pytest.mark.browser

LONGER_THAN_A_POLL = 2_500


@pytest.fixture
def run(user) -> CheckRun:
    """A run that waits for a worker."""
    return receive_upload(file=uploaded(CLEAN), source_name="orders", by=user("editor")).run


def polls_of(page: Page) -> list[Response]:
    """The answers to what htmx asks, as they come in."""
    answers: list[Response] = []
    page.on(
        "response", lambda answer: answers.append(answer) if "hx-request" in answer.request.headers else None
    )
    return answers


def look_away(page: Page, hidden: bool) -> None:
    """What the browser tells a page whose tab goes to the back, or comes to the front again."""
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_polling_ends_with_the_run(browse, run, drain):
    page = browse("editor")
    polls = polls_of(page)
    page.goto(run.get_absolute_url())
    page.wait_for_timeout(LONGER_THAN_A_POLL)
    assert polls

    drain()
    expect(page.locator(".tiles").first).to_contain_text("Score")
    polls.clear()
    page.wait_for_timeout(LONGER_THAN_A_POLL)
    assert polls == []


def test_a_page_in_the_back_asks_nothing_and_asks_at_once_when_it_is_back(browse, run):
    page = browse("editor")
    polls = polls_of(page)
    page.goto(run.get_absolute_url())
    look_away(page, True)
    page.wait_for_timeout(500)  # for what was on its way
    polls.clear()
    page.wait_for_timeout(LONGER_THAN_A_POLL)
    assert polls == []

    with page.expect_response(run.get_absolute_url(), timeout=900):
        look_away(page, False)


def test_after_five_failures_it_pauses_says_so_and_goes_on_when_asked(browse, run):
    page = browse("editor", refusals=["status of 503"])
    polls = polls_of(page)
    page.goto(run.get_absolute_url())
    page.route("**/quality/runs/**", lambda route: route.fulfill(status=503))
    paused = page.get_by_text("Live updates paused")
    expect(paused).to_be_visible(timeout=60_000)  # the rests in between grow
    assert [answer.status for answer in polls][-5:] == [503] * 5

    count = len(polls)
    page.wait_for_timeout(LONGER_THAN_A_POLL)
    assert len(polls) == count

    page.unroute("**/quality/runs/**")
    page.get_by_role("button", name="Retry").click()
    expect(paused).to_be_hidden()
    expect(page.get_by_role("progressbar")).to_be_visible()


SAID = {
    403: "An administrator can give it a role that may",
    404: "Reload the page to see what is there",
    413: "Send less at once",
    429: "Wait a moment and try again",
    500: "Try again in a minute",
}


def test_a_part_that_is_refused_says_what_happened_and_what_to_do_and_stays(browse):
    page = browse("viewer", refusals=["status of", "Failed to fetch", "ERR_CONNECTION_REFUSED"])
    page.goto("/")
    chosen = page.get_by_role("navigation", name="Measure").get_by_role("link", name="Alerts")
    for status, said in SAID.items():
        page.route("**/?show=alerts**", partial(Route.fulfill, status=status), times=1)
        chosen.click()
        expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    page.route("**/?show=alerts**", lambda route: route.abort("connectionrefused"), times=1)
    chosen.click()
    expect(page.get_by_role("alert").filter(has_text="The server does not answer")).to_be_visible()
    expect(page.locator("#trends")).to_contain_text("No source had a score")

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    chosen.click()
    page.wait_for_url("**/accounts/login/?next=*")


def test_what_did_not_change_is_not_drawn_again(browse, run, drain):
    page = browse("viewer")
    page.goto("/")
    page.evaluate(
        """() => {
            const part = document.getElementById("activity");
            window.drawn = 0;
            const watcher = new MutationObserver(() => { window.drawn += 1; });
            watcher.observe(part, {childList: true, subtree: true});
            window.poll = () => new Promise((answered) => {
                const done = (event) => answered(event.detail.ctx.response.status);
                part.addEventListener("htmx:finally:request", done, {once: true});
                htmx.trigger(part, "every", {}, false);
            });
        }"""
    )

    def poll() -> int:
        """The status of one whole poll: what it brought is in its place when this returns."""
        return page.evaluate("window.poll()")

    poll()
    before = page.evaluate("window.drawn")
    assert [poll(), poll()] == [304, 304]
    assert page.evaluate("window.drawn") == before

    drain()
    assert poll() == 200
    expect(page.locator("#activity")).to_contain_text("Succeeded")
