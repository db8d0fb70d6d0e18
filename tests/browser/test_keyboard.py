"""Hands that stay on the keyboard."""

import pytest
from playwright.sync_api import expect

from quality.services import create_source

pytestmark = pytest.mark.browser


def test_the_first_stop_skips_the_navigation(browse):
    page = browse("viewer")
    page.goto("/quality/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()

    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_j_and_k_walk_the_rows_and_enter_opens_one(browse, user):
    owner = user("editor")
    for name in ("apples", "bananas", "cherries"):
        create_source(name=name, by=owner)
    page = browse("viewer")
    page.goto("/quality/")
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.locator("tr.is-current")).to_contain_text("bananas")
    expect(page.locator("#live")).to_have_text("bananas")

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("bananas")


def test_slash_goes_to_the_search_where_letters_are_only_letters(browse, user):
    create_source(name="apples", by=user("editor"))
    page = browse("viewer")
    page.goto("/quality/")
    page.keyboard.press("/")
    page.keyboard.type("jk")

    expect(page.get_by_role("searchbox")).to_have_value("jk")
    expect(page.locator("tr.is-current")).to_have_count(0)


def test_escape_closes_the_menu_and_gives_the_focus_back(browse):
    page = browse("viewer")
    page.goto("/quality/")
    summary = page.locator("details.menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_what_is_deleted_must_be_named_first(browse, user):
    source = create_source(name="apples", by=user("editor"))
    page = browse("admin", refusals=["status of 422"])
    page.goto(f"/quality/sources/{source.pk}/delete/")
    page.get_by_label("Type the name").fill("pears")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That is not its name")

    page.get_by_label("Type the name").fill("apples")
    page.keyboard.press("Enter")
    expect(page.get_by_text("apples is deleted.")).to_be_visible()
