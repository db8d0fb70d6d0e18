"""What was entered is not lost: by leaving, by a sign-in that came between, or by a silent server."""

import pytest
from django.conf import settings
from playwright.sync_api import Dialog, Page, expect

from dataops.web.models import ApiToken
from tests.browser.polls import poll, stand_still
from tests.browser.test_settings import sign_in

pytestmark = pytest.mark.browser

TOKENS = "/settings/tokens/"


def enter(page: Page) -> None:
    page.goto(TOKENS)
    page.get_by_label("Name").press_sequentially("nightly export")
    page.get_by_label("Scope").select_option("write")


def make(page: Page) -> None:
    page.get_by_role("button", name="Make a token").click()


def is_back(page: Page) -> None:
    expect(page.get_by_label("Name")).to_have_value("nightly export")
    expect(page.get_by_label("Scope")).to_have_value("write")
    expect(page.get_by_text("What you had entered did not arrive and is back")).to_be_visible()


def test_who_leaves_with_unsaved_input_is_asked_and_who_sent_it_is_not(browse):
    page = browse("editor")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    enter(page)
    alerts = page.get_by_role("navigation", name="Main").get_by_role("link", name="Alerts")
    alerts.click()
    expect(page.get_by_label("Name")).to_have_value("nightly export")
    assert asked == ["beforeunload"]

    make(page)
    expect(page.get_by_label("New token")).to_be_visible()
    alerts.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alerts")
    assert asked == ["beforeunload"]


def test_what_was_entered_comes_back_after_the_session_ran_out_and_after_a_reload(browse, user):
    person = user("editor")
    page = browse()
    page.goto(TOKENS)
    sign_in(page, person)
    enter(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    make(page)
    sign_in(page, person)

    is_back(page)
    page.reload()
    expect(page.get_by_text("What you had entered is back; it is not sent yet.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("nightly export")
    page.goto(TOKENS)
    expect(page.get_by_label("Name")).to_have_value("")


def test_what_a_silent_server_or_an_error_page_swallowed_comes_back(browse):
    page = browse("editor", refusals=["ERR_CONNECTION_REFUSED", "status of 403"])
    enter(page)
    page.route(f"**{TOKENS}", lambda route: route.abort("connectionrefused"), times=1)
    make(page)
    page.wait_for_url("chrome-error://**")
    page.goto(TOKENS)
    is_back(page)

    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    make(page)
    page.get_by_role("link", name="To the dashboard").click()
    page.goto(TOKENS)
    is_back(page)
    make(page)
    expect(page.get_by_label("New token")).to_be_visible()
    page.goto(TOKENS)
    expect(page.get_by_label("Name")).to_have_value("")


def test_a_part_that_refreshes_itself_waits_while_somebody_fills_in_a_form_in_it(browse):
    page = browse("viewer")
    stand_still(page)
    page.goto("/")
    form = '<form method="post"><input aria-label="Note" name="x"></form>'
    page.locator("#activity").evaluate("(part, form) => part.insertAdjacentHTML('beforeend', form)", form)
    note = page.get_by_label("Note")
    note.press_sequentially("half a sentence")
    assert poll(page, "activity") is None
    expect(note).to_have_value("half a sentence")

    note.fill("")
    assert poll(page, "activity") == 200
    expect(note).to_have_count(0)


def test_a_double_click_is_one_order(browse):
    page = browse("editor")
    enter(page)
    page.get_by_role("button", name="Make a token").dblclick()
    expect(page.get_by_label("New token")).to_be_visible()
    assert ApiToken.objects.count() == 1
