"""Alerts under the hands of people: keys on the list, the bell, a route while it is set up."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from alerts import services
from alerts.models import Alert, Channel
from tests.alerts.helpers import FLIGHTS, breach, say
from tests.browser.polls import poll, stand_still

pytestmark = pytest.mark.browser

# What the browser would show is kept; the page believes that nobody looks at it.
LISTEN = """
    window.called = [];
    const Real = window.Notification;
    window.Notification = class extends Real {
        constructor(title, options) { super(title, options); window.called.push(title); }
    };
    document.hasFocus = () => false;
"""


@pytest.fixture
def alerts(db) -> list[Alert]:
    """Two of one run, and a third of another source."""
    say(breach("quality.score", title="the score fell"), breach("quality.rows", title="too few rows"))
    other = services.Subject("source", "8", "fares")
    say(breach("quality.score", severity="warning", title="fares are odd"), subject=other)
    return list(Alert.objects.order_by("pk"))


def test_alerts_are_handled_without_a_mouse(browse, alerts):
    page = browse("operator")
    page.goto("/alerts/")
    press = page.keyboard.press
    for key in "jX":
        press(key)
    ticked = page.locator("tr[data-href] input:checked")
    expect(ticked).to_have_count(2)

    for key in "jxx":
        press(key)
    expect(ticked).to_have_count(2)
    expect(page.locator("[data-tick-group]")).not_to_be_checked()

    press("a")
    expect(page.get_by_text("Acknowledged: 2.")).to_be_visible()
    page.wait_for_load_state()  # keys mean something once the scripts have run
    for key in "jjjs":
        press(key)
    expect(page.get_by_text("Snoozed: 1.")).to_be_visible()
    page.wait_for_load_state()

    press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    press("Escape")
    expect(keys).to_be_hidden()
    press("j")
    # As the list leaves it that refreshes itself just now.
    page.evaluate("document.querySelector('tr.is-current').classList.remove('is-current')")
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("too few rows")


def test_who_allowed_it_is_called_by_the_browser_once(browse):
    page = browse("viewer", permissions=["notifications"])
    watcher = get_user_model()._default_manager.get()
    services.take_stance(watcher, subject_type="source", subject_id=FLIGHTS.id, side="watch")
    page.add_init_script(LISTEN)
    stand_still(page)
    page.goto("/alerts/inbox/")
    page.get_by_role("button", name="Show browser notifications").click()
    expect(page.get_by_role("button", name="Stop browser notifications")).to_be_visible()

    say(breach(title="the score fell"))
    assert [poll(page, "bell"), poll(page, "bell")] == [200, 304]
    expect(page.locator("#bell")).to_contain_text("1 unread")
    assert page.evaluate("window.called") == ["Critical: flights: the score fell"]


def test_a_route_shows_what_it_would_take_while_it_is_filled_in(browse, alerts):
    page = browse("operator")
    page.goto("/alerts/routes/new/")
    preview = page.get_by_role("region", name="What it would take")
    expect(preview).to_contain_text("Choose a channel")

    page.get_by_role("checkbox", name=Channel.objects.get().name).first.check()
    expect(preview).to_contain_text("3 of the newest 3 alerts")
    page.get_by_label("Severity at least").select_option("critical")
    expect(preview).to_contain_text("2 of the newest 3 alerts")
