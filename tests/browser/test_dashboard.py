"""The dashboard as people use it: looking closer, going back, finding things by name."""

import re

import pytest
from playwright.sync_api import Page, expect

from quality.models import DataSource
from quality.services import receive_upload
from tests.browser.data import CLEAN, DAMAGED, uploaded

pytestmark = pytest.mark.browser


@pytest.fixture
def source(user, drain) -> DataSource:
    """A source whose newest run is bad."""
    editor = user("editor")
    for content in (CLEAN, DAMAGED):
        receipt = receive_upload(file=uploaded(content), source_name="orders", by=editor)
        drain()
    return receipt.run.source


@pytest.fixture
def page(browse, source, device) -> Page:
    opened = browse("editor", on=device)
    opened.goto("/")
    return opened


def test_a_measure_is_chosen_without_a_new_page_and_back_returns(page):
    expect(page.get_by_role("img", name="Average and lowest score")).to_be_visible()
    page.evaluate("window.stayed = true")
    page.get_by_role("navigation", name="Measure").get_by_role("link", name="Alerts").click()
    expect(page.get_by_role("img", name="Alerts opened in each day")).to_be_visible()
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.get_by_role("img", name="Average and lowest score")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("img", name="Alerts opened in each day")).to_be_visible()

    page.reload()
    expect(page.get_by_role("img", name="Alerts opened in each day")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("img", name="Average and lowest score")).to_be_visible()


def test_a_time_of_ones_own_is_shown_and_a_wrong_one_is_told(page):
    page.locator("summary", has_text="Custom").click()
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2025-01-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("within two years after the first")

    page.get_by_label("To", exact=True).fill("2026-01-05")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("summary", has_text="1 Jan")).to_be_visible()


def test_the_square_of_today_leads_to_its_check(page, source):
    page.locator(".heat-map a.heat").last.click()

    expect(page).to_have_url(source.runs.latest("pk").get_absolute_url())


def test_what_is_zoomed_can_be_moved_along_and_let_go(browse, source):
    page = browse("viewer")
    page.goto("/?range=30d")
    chart = page.locator("#quality-trend")
    expect(chart).to_have_attribute("style", re.compile("height"))  # drawn
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 120, steps=4)
    page.mouse.up()
    limits = (
        "() => { const {min, max} = Chart.getChart('quality-trend').options.scales.x; return [min, max]; }"
    )
    first, last = page.evaluate(limits)
    assert 0 < first < last < 29

    chart.focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate(limits) == [first - 1, last - 1]
    page.get_by_role("button", name="Show everything").click()
    assert page.evaluate(limits) == [None, None]

    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("#quality-trend-point")).to_contain_text(re.compile(r"\d{4}, Average"))  # of a day
    page.keyboard.press("+")
    assert page.evaluate(limits) == [14, 29]
    page.get_by_role("button", name="Earlier").click()
    assert page.evaluate(limits) == [6, 21]
    page.get_by_role("button", name="Closer").click()
    assert page.evaluate(limits) == [13, 21]
    chart.press("-")
    assert page.evaluate(limits) == [None, None]


def test_anything_is_a_few_letters_away(page, source, device):
    if device == "phone":
        page.get_by_role("link", name="Search").click()
    else:
        page.bring_to_front()
        page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and go to")
    expect(palette.get_by_role("link", name="Upload data")).to_be_visible()
    palette.get_by_label("Search and go to").fill("ord")
    expect(palette.locator(".is-chosen")).to_contain_text("orders")

    page.keyboard.press("Enter")
    expect(page).to_have_url(source.get_absolute_url())


def test_a_number_explains_itself(page, source):
    page.goto(source.runs.latest("pk").get_absolute_url())
    page.get_by_role("button", name="What is Coverage?").click()
    told = page.locator("#explain-coverage")
    expect(told).to_contain_text("could be measured")

    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
