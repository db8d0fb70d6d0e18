"""Parts that keep themselves fresh: they rest when nobody looks, and stop when all is over."""

from functools import partial

import pytest
from django.conf import settings
from playwright.sync_api import Page, Request, Route, expect

from quality.models import CheckRun
from quality.services import receive_upload
from tests.browser.data import CLEAN, uploaded
from tests.browser.polls import let_pass, poll, stand_still

pytestmark = pytest.mark.browser

LONGER_THAN_A_POLL = 2_500


@pytest.fixture
def run(user) -> CheckRun:
    """A run that waits for a worker."""
    return receive_upload(file=uploaded(CLEAN), source_name="orders", by=user("editor")).run


def polls_of(page: Page, part: str) -> list[Request]:
    """What a part asks from now on."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if is_of(request, part) else None)
    return asked


def is_of(request: Request, part: str) -> bool:
    return request.headers.get("hx-target", "").endswith(f"#{part}")


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
    with page.expect_request(lambda request: is_of(request, "run-status")):
        page.goto(run.get_absolute_url())

    drain()
    expect(page.locator(".tiles").first).to_contain_text("Score")
    polls = polls_of(page, "run-status")
    page.wait_for_timeout(LONGER_THAN_A_POLL)
    assert polls == []


def test_a_page_in_the_back_asks_nothing_and_asks_at_once_when_it_is_back(browse, run):
    page = browse("editor")
    page.goto(run.get_absolute_url())
    look_away(page, True)
    polls = polls_of(page, "run-status")
    page.wait_for_timeout(LONGER_THAN_A_POLL)
    assert polls == []

    # The bell, whose own turn is much later.
    with page.expect_request(lambda request: is_of(request, "bell")):
        look_away(page, False)


def test_a_slow_server_is_not_asked_again_before_it_answered(browse, run):
    page = browse("editor")
    stand_still(page)
    page.goto(run.get_absolute_url())
    held: list[Route] = []
    page.route("**/quality/runs/**", lambda route: held.append(route), times=1)
    with page.expect_request(lambda request: is_of(request, "run-status")):
        page.evaluate("void poll('run-status')")
    assert poll(page, "run-status") is None

    held[0].continue_()
    expect(page.locator("#run-status.htmx-request")).to_have_count(0)
    assert poll(page, "run-status") == 200


def test_after_five_failures_it_pauses_says_so_and_goes_on_when_asked(browse, run):
    page = browse("editor", refusals=["status of 503"])
    stand_still(page)
    page.goto(run.get_absolute_url())
    page.route("**/quality/runs/**", partial(Route.fulfill, status=503))
    paused = page.get_by_text("Live updates paused")
    for rest in (1, 2, 4, 8):
        assert poll(page, "run-status") == 503
        assert poll(page, "run-status") is None
        let_pass(page, seconds=rest)
    expect(paused).to_be_hidden()
    assert poll(page, "run-status") == 503
    expect(paused).to_be_visible()
    let_pass(page, seconds=3600)
    assert poll(page, "run-status") is None

    page.unroute("**/quality/runs/**")
    with page.expect_request(lambda request: is_of(request, "run-status")):
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
    stand_still(page)
    page.goto("/")
    poll(page, "activity")
    page.evaluate(
        """() => {
            window.drawn = 0;
            const watcher = new MutationObserver(() => { window.drawn += 1; });
            watcher.observe(document.getElementById("activity"), {childList: true, subtree: true});
        }"""
    )
    assert [poll(page, "activity"), poll(page, "activity")] == [304, 304]
    assert page.evaluate("window.drawn") == 0

    drain()
    assert poll(page, "activity") == 200
    expect(page.locator("#activity")).to_contain_text("Succeeded")
