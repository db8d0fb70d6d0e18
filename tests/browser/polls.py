"""Parts that refresh themselves, by the hand of a test: time stands still, and nothing asks by itself."""

from playwright.sync_api import Page

STILL = """
    const began = Date.now();
    let past = 0;
    Date.now = () => began + past;
    window.setInterval = () => 0;
    window.letPass = (seconds) => { past += 1000 * seconds; };
    window.poll = (id) => new Promise((told) => {
        const part = document.getElementById(id);
        addEventListener("htmx:config:request", (asked) => {
            if (asked.target === part && asked.defaultPrevented) told(null);
        });
        const answered = ({detail}) => told(detail.ctx.response.status);
        part.addEventListener("htmx:finally:request", answered, {once: true});
        setTimeout(told, 20_000, "no answer");
        htmx.trigger(part, "every", {}, false);
    });
"""


def stand_still(page: Page) -> None:
    """From the next page on; ``let_pass`` and ``poll`` are of use only then."""
    page.add_init_script(STILL)


def let_pass(page: Page, *, seconds: float) -> None:
    page.evaluate("seconds => letPass(seconds)", seconds)


def poll(page: Page, part: str) -> int | str | None:
    """The status of one whole poll: what it brought is in its place. None when nothing was asked."""
    status: int | str | None = page.evaluate("part => poll(part)", part)
    return status
