"""Links between the documents lead to files and headings that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[str]:
    """Targets inside the repository."""
    found = LINK.findall(CODE.sub("", page.read_text()))
    return (target for target in found if "://" not in target and not target.startswith("mailto:"))


def headings(page: Path) -> set[str]:
    """Anchors as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and target.is_file() and anchor not in headings(target)):
            dead.append(link)

    assert dead == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen:
            continue
        seen.add(page)
        targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if link[0] != "#"]
        waiting += [
            found
            for t in targets
            for found in (t.glob("*.md") if t.is_dir() else [t])
            if found.suffix == ".md"
        ]

    assert [str(page.relative_to(ROOT)) for page in PAGES if page.resolve() not in seen] == []
