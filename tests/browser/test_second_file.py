"""A first file, the rules it proposes, a damaged second file, and what is told of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from quality.models import CheckRun, FailingRows, unpack_numbers
from tests.browser.data import as_file
from tests.support.shop import DAMAGE, shop_csv

pytestmark = pytest.mark.browser

ROWS = 50_000  # 6 MB


def hand_in(page: Page, content: bytes) -> None:
    """From the dashboard, as one who comes for the first time would."""
    page.goto("/")
    page.get_by_role("link", name="Upload").first.click()
    page.get_by_label("Drop a file here").set_input_files(as_file(content, "shop.csv"))
    page.get_by_label("Source").fill("shop")
    page.get_by_role("button", name="Upload and check").click()
    expect(page).to_have_url(re.compile(r"/quality/runs/\d+/$"))
    expect(page.get_by_role("progressbar")).to_be_visible()


def test_rules_learned_from_a_file_find_the_damage_of_the_next_and_nothing_else(browse, drain):
    page = browse("editor")
    hand_in(page, shop_csv(ROWS))
    drain()
    expect(page.get_by_role("heading", name="Where the points went")).to_be_visible()
    expect(page.locator("#failing-rows")).to_have_count(0)

    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="shop").click()
    page.get_by_role("link", name="Suggestions").click()
    page.get_by_role("checkbox", name="All 2 of country").check()
    page.get_by_text("country 2").click()
    expect(page.get_by_role("checkbox", name="Allowed values country")).to_be_checked()
    page.get_by_role("checkbox", name=re.compile(r"^All \d+$")).check()
    page.get_by_role("button", name="Accept ticked").click()
    expect(page.get_by_text(re.compile(r"\d+ rules added"))).to_be_visible()

    hand_in(page, shop_csv(ROWS, DAMAGE))
    drain()
    failing = page.locator("#failing-rows")
    for summary in ("Missing values in customer_email: 40 rows", "Allowed values in country: 5 rows"):
        expect(failing.get_by_text(summary)).to_be_visible()
    first = failing.get_by_text("Missing values in customer_email: 40 rows")
    if first.locator("xpath=..").get_attribute("open") is None:
        first.click()
    expect(failing.get_by_role("cell", name="1 002", exact=True)).to_be_visible()
    expect(page.locator("#waterfall")).to_contain_text("0.999 = 1")
    kept = FailingRows.objects.filter(result__run=CheckRun.objects.latest("pk"))
    told = {tuple(unpack_numbers(one.numbers)) for one in kept}
    assert sorted(told) == [tuple(damage.lines) for damage in DAMAGE]

    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="shop").click()
    page.locator("figure", has_text="Score of each run").get_by_text("Show as table").click()
    expect(page.locator("figure table tbody tr")).to_have_count(2)
    page.goto("/alerts/")
    expect(page.get_by_role("link", name="Missing values in customer_email")).to_be_visible()
