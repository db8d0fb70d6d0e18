"""How long pages take in a browser: until the load event, as Chromium on this machine tells it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext

from tests.browser.chrome import DESKTOP, chrome, new_context
from tests.support.browser import chromium
from tests.support.processes import Processes

LOADS = 5
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


def load_events(
    home: Path, environ: Mapping[str, str], paths: Sequence[str], session: dict[str, str]
) -> dict[str, float]:
    """Milliseconds to the load event of each path, median of ``LOADS``; the first view fills the cache.

    ``home`` is an installation with variables of its own, which is served by its real web process;
    ``session`` is name and value of a cookie.
    """
    with _serving(home, environ) as url, chrome(chromium()) as browser:
        context = _signed_in(browser, url, session)
        return {path: _load_event(context, path) for path in paths}


@contextmanager
def _serving(home: Path, environ: Mapping[str, str]) -> Iterator[str]:
    product = Processes(home, environ)
    product.start("web")
    try:
        product.wait_until_ready()
        yield product.url
    finally:
        product.kill_all()


def _signed_in(browser: Browser, url: str, session: dict[str, str]) -> BrowserContext:
    context = new_context(browser, url, **DESKTOP)
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in session.items()])
    return context


def _load_event(context: BrowserContext, path: str) -> float:
    page = context.new_page()
    took = []
    for _ in range(LOADS + 1):
        page.goto(path, wait_until="load")
        page.wait_for_function(f"({LOADED})() > 0")
        took.append(float(page.evaluate(LOADED)))
    page.close()
    return median(took[1:])
