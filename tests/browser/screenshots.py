"""Pictures of every page, in both themes and two sizes, of the running product in use.

``python -m tests.browser.screenshots [WORD...]`` writes them to test-results/screenshots, all of
them or those with one of the words in their name; what the README shows goes to docs/screenshots.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import product
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import django
from playwright.sync_api import BrowserContext

import tests.environment  # noqa: F401 - says where the settings find things

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dataops.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django has to be set up first
from django.contrib.auth import get_user_model  # noqa: E402

from tests.browser import site as sites  # noqa: E402
from tests.browser.chrome import DESKTOP, PHONE, chrome, new_context  # noqa: E402
from tests.browser.pages import FACES, OPEN_TO_STRANGERS, PAGES, address  # noqa: E402
from tests.browser.sample import Sample, furnish  # noqa: E402
from tests.support.browser import chromium  # noqa: E402
from tests.support.processes import prepared_processes  # noqa: E402
from tests.support.waiting import eventually  # noqa: E402

ALL, CHOSEN = Path("test-results/screenshots"), Path("docs/screenshots")
DEVICES = {"desktop": DESKTOP, "phone": PHONE}
THEMES = ("light", "dark")
# The name of the picture, and the name it has in the documentation.
FEATURED = {
    "dashboard-home-desktop-light": "dashboard-light",
    "quality-run_detail-desktop-light": "run-light",
    "models-drift_detail-desktop-dark": "drift-dark",
    "alerts-alert_detail-phone-light": "alert-phone",
}


@contextmanager
def in_use() -> Iterator[tuple[str, dict[str, str], str]]:
    """The product as real processes, in use for a week: its address, the paths of its pages, a session."""
    with tempfile.TemporaryDirectory(prefix="dataops-pictures-") as folder:
        home = Path(folder)
        with prepared_processes(home, {"SECRET_KEY": settings.SECRET_KEY}) as processes:
            with sites.over(home):
                paths = addresses(furnish())
                session = sites.session_of(get_user_model().objects.get(username="ada"))
            processes.start()
            processes.wait_until_ready()
            eventually(lambda: works(processes.url), seconds=90)
            yield processes.url, paths, session


def addresses(sample: Sample) -> dict[str, str]:
    """Of every page, by its name; some are read from the database, which Playwright at work forbids."""
    return {page: address(page, sample) for page in [*PAGES, *FACES]}


def works(url: str) -> bool:
    """Every part has been heard of, the scheduler last."""
    try:
        return urlopen(f"{url}/readyz").status == HTTPStatus.OK
    except HTTPError:
        return False


def shoot(context: BrowserContext, path: str, name: str) -> None:
    page = context.new_page()
    answer = page.goto(path)
    if answer is None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        sys.exit(f"{path} broke; no picture is taken of that")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # draws the charts far below as well
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    if name in FEATURED:
        page.screenshot(path=CHOSEN / f"{FEATURED[name]}.png")
    page.screenshot(path=ALL / f"{name}.png", full_page=True)
    page.close()


def main(words: list[str]) -> None:
    for folder in (ALL, CHOSEN):
        folder.mkdir(parents=True, exist_ok=True)
    with in_use() as (url, paths, session), chrome(chromium()) as browser:
        for (device, size), theme in product(DEVICES.items(), THEMES):
            context = new_context(browser, url, **size)
            for page, path in paths.items():
                name = f"{page.replace(':', '-').replace(' ', '-')}-{device}-{theme}"
                if any(word in name for word in words or [""]):
                    print(name)
                    be(context, url, theme, "" if page in OPEN_TO_STRANGERS else session)
                    shoot(context, path, name)
            context.close()


def be(context: BrowserContext, url: str, theme: str, session: str) -> None:
    """Whoever has this session, or nobody."""
    context.clear_cookies()
    cookies = {"theme": theme, settings.SESSION_COOKIE_NAME: session}
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])


if __name__ == "__main__":
    main(sys.argv[1:])
