"""Full-text search on the page: from the box to the turn; what was found is text, whatever it looks like."""

import re

import pytest

from page_data import conversation, message, turn

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect

HOSTILE = (
    "needle <img src=x onerror='window.pwned=1'> <mark>own mark</mark> &lt;b&gt; &amp;amp; needles "
    "</mark></span><script>window.pwned=2</script> \u202egnp.exe \u2066end"
)


@pytest.fixture
def told(steno):
    spans = conversation("garden", 3) + [
        turn("hostile", 1, HOSTILE, "An answer"),
        turn("garden", 4, "Where do tulips grow?", "In the \u0646\u0631\u062c\u0633 bed"),
    ]
    steno.send(message(spans))
    steno.send(message([turn("elsewhere", 1, "More tulips", "Yes")], project="other"))
    return steno


def search(page, words: str) -> None:
    page.keyboard.press("/")
    page.get_by_role("searchbox", name="Search messages").fill(words)
    page.keyboard.press("Enter")


def test_words_lead_to_the_turn(told, open_page, picture):
    page = open_page("?view=sessions")
    search(page, "tulips")
    found = page.locator(".results li")
    expect(found).to_have_count(2)
    expect(page.locator(".results mark")).to_have_text(["tulips", "tulips"])
    expect(page).to_have_url(re.compile("view=search&q=tulips"))
    picture(page, "search")
    here = found.filter(has_text="garden")
    expect(here).to_contain_text("turn 4")
    expect(here).to_contain_text("user")
    here.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("garden")
    expect(page.locator(".turn").nth(3)).to_be_in_viewport()
    page.go_back()
    expect(found).to_have_count(2)


@pytest.mark.parametrize("streams", [True, False])
def test_what_is_deleted_vanishes_from_what_was_found(told, open_page, streams):
    page = open_page("?view=connect")
    if not streams:
        page.route(re.compile(r"/api/v1/events"), lambda route: route.fulfill(status=503))
    page.goto(f"{told.url}/?view=search&q=tulips")
    found = page.locator(".results li")
    expect(found).to_have_count(2)
    expect(page.locator("#contact")).to_have_class("contact live" if streams else "contact polling")
    found.filter(has_text="garden").get_by_role("link").focus()
    rows = {row["name"]: row["id"] for row in told.walk("/api/v1/sessions")}
    assert told.request("DELETE", f"/api/v1/sessions/{rows['garden']}").status == 200
    expect(found).to_have_count(1)
    expect(found).to_contain_text("elsewhere")
    assert told.request("DELETE", f"/api/v1/sessions/{rows['elsewhere']}").status == 200
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_a_project_is_searched_alone(told, open_page):
    page = open_page("?view=sessions&project=other")
    search(page, "tulips")
    expect(page.locator(".results li")).to_have_count(1)
    expect(page.locator(".results li")).to_contain_text("elsewhere")


@pytest.mark.parametrize("words", ["needle", "script", "mark", "img onerror", "exe"])
def test_a_snippet_is_text_with_marks(told, open_page, words):
    """Also where what is sought is itself the name of an element, so that marks stand inside its brackets."""
    page = open_page(f"?view=search&q={words}")
    expect(page.locator(".results li")).to_have_count(1)
    snippet = page.locator(".results .snippet").first
    shown = snippet.evaluate("node => node.textContent").strip("…")
    assert shown in HOSTILE and shown.endswith(HOSTILE[-30:])
    expect(snippet.locator("mark").first).to_have_text(re.split(r"\W", words)[0])
    assert set(snippet.evaluate("node => [...node.querySelectorAll('*')].map(inner => inner.localName)")) == {"mark"}
    expect(snippet.locator("mark", has_text="own")).to_have_count(0)
    # What turns the line around ends with the snippet.
    assert snippet.evaluate("node => getComputedStyle(node).unicodeBidi") == "isolate"


def test_words_that_nobody_said_are_told_so(told, open_page):
    page = open_page("?view=sessions")
    search(page, "nobodysaidthis")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    search(page, "tulip*")
    expect(page.locator(".results li")).to_have_count(2)
