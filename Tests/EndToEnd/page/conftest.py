"""A browser, and a page that notes what must never happen."""

import os
import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # page_data, for the tests beside this file

try:
    from playwright import sync_api
except ImportError:
    sync_api = None  # each file of tests says then why it is skipped

CHROMIUM = os.environ.get("STENO_CHROMIUM") or shutil.which("chromium") or ""
SCREENSHOTS = os.environ.get("STENO_SCREENSHOTS")
WAIT_MS = 15_000


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium: apt-get install --no-install-recommends chromium fonts-dejavu-core")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # A name that leads here, as whoever owns it may make it do.
            args=["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP foreign.example 127.0.0.1"],
        )
        yield launched
        launched.close()


class Watch:
    """What a page did that it must not do."""

    def __init__(self, page, origin: str):
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self.hear)
        page.on("dialog", lambda dialog: (self.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self.see(request.url, origin))

    def hear(self, said) -> None:
        # An answer 400 or 404 is the server's word, and shown; the browser notes it as well.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.errors.append(said.text)

    def see(self, url: str, origin: str) -> None:
        if not url.startswith((origin + "/", "blob:")):
            self.foreign.append(url)


@pytest.fixture
def open_page(browser, steno):
    """Opens the page in a context of its own; at the end nothing may have run, failed, or left the origin."""
    opened = []

    def opener(query: str = "", base: str | None = None, **options):
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        watch = Watch(page, (base or steno.url).split("/steno")[0])
        opened.append((context, page, watch))
        page.goto(f"{base or steno.url}/{query}")
        return page

    yield opener
    problems = []
    for context, page, watch in opened:
        problems += watch.errors + [f"request to {url}" for url in watch.foreign]
        if not page.is_closed() and page.evaluate("window.pwned !== undefined"):
            problems.append(f"executed: {page.evaluate('String(window.pwned)')}")
        context.close()
    assert not problems


@pytest.fixture
def picture(request):
    """Keeps a picture where STENO_SCREENSHOTS names a folder."""

    def take(page, name: str) -> None:
        if SCREENSHOTS:
            pathlib.Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(pathlib.Path(SCREENSHOTS) / f"{name}.png"))

    return take


if sync_api:
    sync_api.expect.set_options(timeout=WAIT_MS)
