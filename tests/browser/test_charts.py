"""Charts: drawn on a canvas, and there for those who cannot see it or want the numbers."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from quality.models import DataSource
from quality.services import receive_upload
from tests.browser.data import CLEAN, DAMAGED, uploaded

pytestmark = pytest.mark.browser


@pytest.fixture
def source(user, drain) -> DataSource:
    """A source with a good run and a bad one."""
    editor = user("editor")
    for content in (CLEAN, DAMAGED):
        receipt = receive_upload(file=uploaded(content), source_name="orders", by=editor)
        drain()
    return receipt.run.source


@pytest.fixture
def page(browse, source) -> Page:
    opened = browse("viewer")
    opened.goto(source.get_absolute_url())
    return opened


def scores(source: DataSource) -> list[float]:
    return list(source.runs.order_by("pk").values_list("score", flat=True))


def test_the_table_behind_a_chart_says_the_same(page, source):
    page.get_by_text("Show as table").click()
    cells = page.locator("[data-chart=score-trend] table tbody td").all_inner_texts()

    assert [float(cell) for cell in cells] == pytest.approx(scores(source), abs=5e-4)


def test_the_numbers_can_be_taken_along(page, source):
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    rows = list(csv.reader(Path(download.value.path()).read_text().splitlines()))

    assert download.value.suggested_filename == "score-trend.csv"
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(scores(source))


def test_arrow_keys_read_it_aloud_and_enter_opens_the_run(page, source):
    page.get_by_role("img", name="Score of each run").focus()
    page.keyboard.press("End")
    expect(page.locator("#score-trend-point")).to_contain_text(f"{scores(source)[-1]:.3g}"[:4])

    page.keyboard.press("Enter")
    expect(page).to_have_url(source.runs.latest("pk").get_absolute_url())
