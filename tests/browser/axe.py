"""Looks at a page with axe-core for what would shut people out (WCAG 2.2, levels A and AA)."""

from pathlib import Path

from playwright.sync_api import Page

SOURCE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async runOnly => {
    const found = await axe.run({runOnly, resultTypes: ["violations"], preload: false});
    return found.violations.flatMap(({id, nodes}) => nodes.map(
        ({target, failureSummary}) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\\s+/g, " ")}`));
}"""


def load(page: Page) -> None:
    page.evaluate(SOURCE)


def violations(page: Page) -> list[str]:
    """Each as "rule: element: what to do"."""
    return list(page.evaluate(RUN, {"type": "tag", "values": LEVELS}))


def violations_of_colours(page: Page) -> list[str]:
    """The same for the rules that another theme could break."""
    return list(page.evaluate(RUN, {"type": "rule", "values": COLOURS}))
