"""What a person does with a session on the page, against the real server: bookmark, name, export, delete, and what
another page hears of it."""

import re

import pytest

import page_data

sync_api = pytest.importorskip("playwright.sync_api", reason="scripts/setup test installs it")
expect = sync_api.expect


@pytest.fixture
def session(steno) -> dict:
    steno.send(page_data.message(page_data.conversation("walk", 2)))
    [row] = steno.walk("/api/v1/sessions")
    return row


def view(row: dict) -> str:
    return f"?view=session&project={row['project']}&id={row['id']}"


def test_a_bookmark_and_a_name(open_page, steno, session):
    page = open_page(view(session))
    star = page.get_by_role("button", name="Bookmark")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="More actions").click()
    page.get_by_text("Rename…").click()
    page.get_by_label("Display name").fill("  Plants & <b>light</b>  ")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plants & <b>light</b>")
    row = steno.ok(f"/api/v1/sessions/{session['id']}")
    assert (row["bookmarked"], row["display_name"]) == (True, "Plants & <b>light</b>")


@pytest.mark.parametrize("label,format_", [("HTML", "html"), ("JSON Lines", "jsonl"), ("CSV", "csv"), ("OTLP", "otlp")])
def test_a_file(open_page, steno, session, label, format_):
    page = open_page(view(session))
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.locator(".menu-item").filter(has_text=re.compile(f"^{label}")).click()
    answer = steno.get(f"/api/v1/sessions/{session['id']}/export", format=format_)
    assert download.value.suggested_filename == answer.headers["content-disposition"].split('"')[1]
    assert download.value.path().read_bytes() == answer.body


def test_the_exported_page_opens_from_disk(open_page, browser, steno, session, tmp_path, picture):
    file = tmp_path / "session.html"
    file.write_bytes(steno.get(f"/api/v1/sessions/{session['id']}/export", format="html").body)
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme).new_page()
        told, asked = [], []
        page.on("console", lambda said: told.append(said.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        expect(page.get_by_text("Question 2 of walk")).to_be_visible()
        # The style of the page is in force: its policy names it.
        assert page.locator("main").evaluate("main => getComputedStyle(main).maxWidth") != "none"
        assert not told and asked == [file.as_uri()]
        picture(page, f"export-{scheme}")
        page.context.close()


def test_a_deletion_is_asked_for_once_more_and_heard_elsewhere(open_page, steno, session):
    page, other = open_page(view(session)), open_page("?view=sessions")
    expect(other.get_by_text("walk").first).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    page.get_by_text("Delete…").click()
    page.get_by_role("button", name="Cancel").click()
    assert steno.get(f"/api/v1/sessions/{session['id']}").status == 200
    page.get_by_role("button", name="More actions").click()
    page.get_by_text("Delete…").click()
    page.get_by_role("button", name="Delete session").click()
    expect(page.get_by_text("Deleted 2 traces", exact=False)).to_be_visible()
    assert steno.get(f"/api/v1/sessions/{session['id']}").status == 404
    expect(other.get_by_text("walk")).to_have_count(0)
    steno.send(page_data.message(page_data.conversation("second", 1)))
    expect(other.get_by_text("second").first).to_be_visible()
    assert other.locator("#contact").get_attribute("title") == "New data shows up as it is committed"
