"""The tutorial's walk through the dashboard, with data that the real FutureAGI SDK sent."""

import re

import pytest

from fake_openai import ANSWERS
from page_data import conversation, message
from test_tutorial import PROJECT, QUESTIONS, SESSION, SESSION_ID, STAGES, USER, run_script

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect


@pytest.fixture
def tutorial(steno, openai):
    run_script("complete.py", steno, openai)
    steno.send(message(conversation("session-other", 2, user="user-other"), PROJECT))
    return steno


def check_row(row) -> None:
    for text in (SESSION, SESSION_ID[:8], QUESTIONS[0], QUESTIONS[2], USER):
        expect(row).to_contain_text(text)
    expect(row.locator(".cell-traces")).to_have_text("3")
    expect(row.locator(".cell-errors")).to_have_text("0")
    expect(row.get_by_role("button", name="Copy session ID")).to_have_count(1)


def check_thread(page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(SESSION)
    turns = page.locator(".turn")
    expect(turns).to_have_count(3)
    for at, question in enumerate(QUESTIONS):
        turn = turns.nth(at)
        expect(turn.locator(".speaker")).to_have_text(["Human", "AI"])
        expect(turn.locator(".side.human .said")).to_have_text(question)
        said = re.sub(r"\s+", " ", turn.locator(".side.ai .said").inner_text())
        assert said == re.sub(r"\s+", " ", ANSWERS[question][0])
        metadata = turn.get_by_role("list", name="Metadata")
        for text in (f"turn_number{at + 1}", f"conversation_stage{STAGES[at]}", "total_turns3"):
            expect(metadata).to_contain_text(text)


def check_span(page) -> None:
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", level=2)).to_have_text("ChatCompletion")
    metadata = panel.get_by_role("table", name="Metadata")
    expect(metadata).to_contain_text("conversation_stage")
    attributes = panel.get_by_role("table", name="Attributes")
    for text in ("session.id", SESSION, "user.id", USER, "gen_ai.usage.input_tokens"):
        expect(attributes).to_contain_text(text)


def test_the_tutorial_with_a_mouse(tutorial, open_page, picture):
    page = open_page()
    page.get_by_role("link", name="LLM Tracing", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Sessions", exact=True).click()
    row = page.locator("tbody tr", has_text=SESSION)
    check_row(row)
    picture(page, "tutorial-1-sessions")
    row.click()
    check_thread(page)
    picture(page, "tutorial-2-conversation")

    page.get_by_role("link", name="LLM Tracing", exact=True).click()
    box = page.get_by_role("combobox", name="Filter")
    box.fill("userId")
    page.get_by_role("option", name="user_id").click()
    page.keyboard.type("= ")
    page.get_by_role("option", name=USER).click()
    expect(page).to_have_url(re.compile(rf"view=traces.*user_id={USER}"))
    expect(page.locator("tbody tr")).to_have_count(3)
    picture(page, "tutorial-3-filtered")
    page.locator("tbody tr").last.get_by_role("link").first.click()
    check_span(page)
    picture(page, "tutorial-4-span")

    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name=f"Remove filter user {USER}").click()
    expect(page.locator("tbody tr")).to_have_count(5)


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_tutorial_with_the_keyboard_only(tutorial, open_page):
    page = open_page()
    expect(page.locator("tbody tr")).to_have_count(2)
    while not page.evaluate("performance.getEntriesByName('keys').length"):  # a test is quicker than hands
        page.wait_for_timeout(10)
    press(page, "Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    press(page, "Tab", "Tab", "Tab")
    expect(page.get_by_role("link", name="LLM Tracing", exact=True)).to_be_focused()
    press(page, "Enter")
    expect(page.locator("tbody tr")).to_have_count(5)
    press(page, "g", "s")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    press(page, "ArrowDown")
    expect(rows.nth(0)).to_be_focused()
    press(page, "End", "Home")
    while SESSION not in page.evaluate("document.activeElement.textContent"):
        press(page, "ArrowDown")
    press(page, "ArrowRight")
    expect(page.locator("tbody tr", has_text=SESSION).get_by_role("link").first).to_be_focused()
    press(page, "Escape", "Enter")
    check_thread(page)
    press(page, "j")
    expect(page.locator(".turn").nth(0)).to_be_focused()
    press(page, "j")
    expect(page.locator(".turn").nth(1)).to_be_focused()

    press(page, "g", "t")
    expect(page.locator("tbody tr")).to_have_count(5)
    press(page, "f")
    page.keyboard.type(f"user_id = {USER}")
    press(page, "Escape", "Enter")
    expect(rows).to_have_count(3)
    press(page, "Escape")
    page.locator("#main").focus()
    press(page, "ArrowDown", "Enter")
    check_span(page)
    page.get_by_role("treegrid").focus()
    press(page, "Enter")
    panel = page.get_by_role("dialog")
    panel.get_by_role("tab", name="Attributes").focus()
    press(page, "ArrowRight")
    expect(panel.get_by_role("tab", name="Messages")).to_be_focused()
    expect(panel.locator(".message")).not_to_have_count(0)
    press(page, "Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("treegrid")).to_be_focused()


def test_the_user_is_one_click_away_from_their_traces(tutorial, open_page):
    page = open_page(f"?view=session&id={SESSION_ID}")
    page.get_by_role("link", name=f"Filter LLM Tracing by user {USER}").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page).to_have_url(re.compile(rf"user_id={USER}"))


def test_a_newcomer_gets_the_demo_by_one_button(steno, open_page, picture):
    page = open_page()
    expect(page.get_by_text(f"FI_BASE_URL={steno.url}", exact=False)).to_be_visible()
    page.get_by_role("tab", name="OpenTelemetry").click()
    expect(page.get_by_text(f"OTEL_EXPORTER_OTLP_ENDPOINT={steno.url}", exact=False)).to_be_visible()
    picture(page, "empty")
    page.get_by_role("button", name="Load the demo conversation").click()
    row = page.locator("tbody tr", has_text=SESSION)
    check_row(row)
    row.click()
    expect(page.locator(".turn")).to_have_count(3)
    assert [row["id"] for row in steno.walk("/api/v1/sessions")] == [SESSION_ID]
