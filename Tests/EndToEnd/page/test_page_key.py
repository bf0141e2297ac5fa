"""The page where the server asks for a key: it signs in with a cookie that no script reads."""

import json

import pytest

from page_data import conversation, message
from server import Steno

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect

KEY = "a-key-of-the-operator-0123456789"


@pytest.fixture
def steno(data):
    with Steno(data, "--api-key", KEY) as server:
        yield server


def test_the_page_asks_for_a_key_and_keeps_none(steno, open_page, picture):
    body = message(conversation("guarded", 2))
    answer = steno.request("POST", "/v1/traces", json.dumps(body).encode(), {
        "Content-Type": "application/json", "Authorization": f"Bearer {KEY}"})
    assert answer.status == 200
    page = open_page()
    dialog = page.get_by_role("dialog", name="This Steno asks for a key")
    field = dialog.get_by_label("API key")
    expect(field).to_be_focused()
    # Nothing is claimed of a server that has not let anybody in.
    expect(page.locator("#contact")).to_have_text("Signed out")
    field.fill("no such key")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Not taken")
    picture(page, "key-refused")
    field.fill(KEY)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="guarded")).to_be_visible()
    expect(page.locator("#contact")).to_have_text("Live")
    # The stream of events was refused before; it is open now.
    expect(page.locator("#contact.live")).to_be_visible()
    [cookie] = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and KEY not in cookie["value"]
    kept = page.evaluate("document.cookie + JSON.stringify({...sessionStorage}) + JSON.stringify({...localStorage})")
    assert KEY not in kept and cookie["value"] not in kept
    page.reload()
    expect(page.get_by_role("row").filter(has_text="guarded")).to_be_visible()
