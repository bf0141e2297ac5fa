"""What a page lives through that nobody plans: a server that goes and comes back, deletions under it, odd clocks and
names, and a reader who goes back, forward and reloads everywhere."""

import json
import re
import urllib.parse

import pytest

from page_data import SECOND, START, conversation, identifier, message, span, turn, wide_trace
from server import Steno

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect

PROJECT = "a/b \"c\" & 'd' ✓ ünïcode %2F ?#"
YEAR_2150 = 5_700_000_000 * SECOND


def title(page):
    return page.get_by_role("heading", level=1)


def wait_for_all_views(page) -> None:
    """Until the modules of the other views are there, which come while nobody waits."""
    for _ in range(150):
        got = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
        if all(any(f"/{name}-view.js" in url for url in got) for name in ("trace", "user", "search", "connect")):
            return
        page.wait_for_timeout(100)
    raise AssertionError(got)


def test_a_server_that_comes_back_is_found_again(tmp_path, open_page):
    data = tmp_path / "restarted.db"
    with Steno(data) as first:
        first.send(message(conversation("before", 1)))
        page = open_page("?view=sessions", base=first.url)
        expect(page.locator("#contact")).to_have_text("Live")
        session = first.walk("/api/v1/sessions")[0]["id"]
        detail = open_page(f"?view=session&id={session}", base=first.url)
        expect(detail.locator(".turn")).to_have_count(1)
        for shown in (page, detail):
            wait_for_all_views(shown)
        assert first.stop() == 0
        port = first.port
    for shown in (page, detail):
        expect(shown.locator("#contact")).to_have_text("No contact")
    expect(page.locator("tbody tr")).to_have_count(1)
    # What is asked for meanwhile says so, and comes by itself later.
    page.get_by_role("link", name="LLM Tracing", exact=True).click()
    expect(page.get_by_text("Could not load")).to_be_visible()
    detail.get_by_role("link", name="Trace of turn 1").click()
    expect(detail.get_by_text("Could not load")).to_be_visible()
    with Steno(data, "--port", str(port)) as second:
        for shown in (page, detail):
            expect(shown.locator("#contact")).to_have_text("Live")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(title(detail)).to_have_text("ChatCompletion")
        second.send(message(conversation("after", 1, start=START + 10**15)))
        expect(page.get_by_role("button", name="1 new trace")).to_be_visible()


@pytest.mark.parametrize("view", ["session", "trace", "trace&show=conversation"])
def test_what_is_open_and_deleted_says_so(steno, open_page, view):
    steno.send(message(conversation("doomed", 1)))
    [session] = steno.walk("/api/v1/sessions")
    [trace] = steno.walk("/api/v1/traces")
    known = session["id"] if view == "session" else trace["trace_id"]
    page = open_page(f"?view={view}&id={known}")
    expect(page.locator(".turn, .wf-row").first).to_be_visible()
    expect(page.locator("#contact.live")).to_be_visible()
    assert steno.request("DELETE", f"/api/v1/sessions/{session['id']}").status == 200
    expect(title(page)).to_have_text(f"No such {view.split('&')[0]}")
    expect(page.locator(".turn, .wf-row, dialog[open], .fact-group")).to_have_count(0)
    # Delivered again it is a new arrival, and shown.
    steno.send(message(conversation("doomed", 1)))
    expect(page.locator(".turn, .wf-row").first).to_be_visible()


STATES = [
    "?view=traces",
    "?view=traces&rows=spans&sort=-duration_ms",
    "?view=sessions&user_id=user-1&columns=first,models",
    "?view=sessions&status=error",
    "?view=users",
    "?view=user&id=user-1&project=page-tests&rows=traces",
    "?view=search&q=question",
    "?view=connect",
    "SESSION",
    "TRACE&pane=raw",
    "TRACE&show=conversation",
]

SEEN = """() => JSON.stringify({
  view: document.querySelector('main > section')?.className.replace(' loading', ''),
  heading: document.querySelector('h1')?.textContent,
  rows: [...document.querySelectorAll(':is(tbody tr[data-key], .turn, .wf-row, .result)')]
    .map(node => node.dataset.key ?? node.textContent),
  chips: [...document.querySelectorAll('.filter-chip')].map(node => node.textContent),
  pressed: [...document.querySelectorAll('main [aria-pressed=true]')].map(node => node.textContent),
  tab: document.querySelector('dialog[open] [role=tab][aria-selected=true]')?.dataset.pane ?? null,
})"""


def seen(page, wanted: str | None = None) -> str:
    """What the state shows, once it stands still in the view that the address names, or once it is what is wanted."""
    view = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["view"][0]
    now, looks = "", 0
    for _ in range(150):
        before, now = now, page.evaluate(SEEN)
        there = view in (json.loads(now).get("view") or "").replace("list-", "").split()
        looks = looks + 1 if there and now == before else 0
        if now == wanted or (wanted is None and looks >= 6):
            return now
        page.wait_for_timeout(100)
    return now


def test_every_state_survives_a_reload_and_the_way_back_and_forth(steno, open_page):
    steno.send(message(conversation("s-1", 3) + [turn("s-2", 1, "Hi", "", user="user-2", error="broke")]))
    session = next(row for row in steno.walk("/api/v1/sessions") if row["name"] == "s-1")
    trace = steno.walk("/api/v1/traces")[0]["trace_id"]
    page = open_page()
    shown = []
    for state in STATES:
        query = state.replace("SESSION", f"?view=session&id={session['id']}&turn=2").replace(
            "TRACE", f"?view=trace&id={trace}")
        # As a click on a link would: without loading the page anew.
        page.evaluate("""query => {
          const link = document.createElement('a');
          link.href = query;
          document.body.append(link);
          link.click();
          link.remove();
        }""", query)
        shown.append((page.url, seen(page)))
    for url, what in reversed(shown[:-1]):
        page.go_back()
        assert page.url == url and seen(page, what) == what
    for url, what in shown[1:]:
        page.go_forward()
        assert page.url == url and seen(page, what) == what
    for url, what in shown:
        page.goto(url)
        assert seen(page, what) == what
        page.reload()
        assert page.url == url and seen(page, what) == what


def test_a_project_of_any_name_is_chosen_followed_and_left(steno, open_page):
    steno.send(message(conversation("there", 1, user="u/1 ?"), project=PROJECT))
    steno.send(message(conversation("elsewhere", 1), project="other"))
    page = open_page()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("combobox", name="Project").select_option(PROJECT)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="there").click()
    expect(page.locator(".head-meta")).to_contain_text(PROJECT)
    page.get_by_role("link", name="u/1 ?", exact=True).click()
    expect(title(page)).to_have_text("u/1 ?")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Project")).to_have_value(PROJECT)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Users", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))["project"] == PROJECT
    page.get_by_role("combobox", name="Project").select_option("")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_broken_clocks_break_no_view(steno, open_page):
    """Spans of 1970, of the next century, and of no duration at all."""
    steno.send(message([
        turn("epoch", 1, "In 1970", "yes", start=0),
        turn("usual", 1, "Now", "yes"),
        turn("future", 1, "In 2150", "yes", start=YEAR_2150),
        span("instant", "zero", START, 0, {"session.id": "zero", "gen_ai.span.kind": "AGENT", "input.value": "in no time"}),
        span("child", "zero", START, 0, {"gen_ai.span.kind": "LLM"}, parent="zero", key="zero/1"),
    ]))
    page = open_page("?view=sessions")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first.locator(".cell-activity")).to_contain_text("2150")
    expect(rows.last.locator(".cell-activity")).to_contain_text(re.compile("19(69|70)"))
    # All of them are in the charts, which stay few bars.
    plot = page.get_by_role("img", name="Sessions: 4, highest")
    expect(plot.locator(".bar")).to_have_count(3)
    assert float(plot.get_attribute("viewBox").split()[2]) <= 64
    page.goto(f"{steno.url}/?view=trace&id={identifier('zero', 32)}")
    expect(page.locator(".wf-row")).to_have_count(2)
    grid = page.get_by_role("treegrid")
    grid.focus()
    for key in ("End", "z", "z", "Home", "ArrowLeft", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    for name in ("Zoom in", "Zoom out", "Zoom out"):
        page.get_by_role("button", name=name).click()
    expect(page.locator(".wf-row")).to_have_count(2)
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_have_text("instant")
    assert "NaN" not in page.content() and "Infinity" not in page.content()


def test_traces_without_a_session_are_pointed_at(steno, open_page):
    steno.send(message([span("lone", "lone", START, 5, {"gen_ai.span.kind": "LLM", "input.value": "Hi"})]))
    page = open_page()
    expect(page.get_by_text("No sessions yet")).to_be_visible()
    expect(page.get_by_text("1 trace arrived, but none carries")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="LLM Tracing").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    steno.send(message(conversation("tagged", 1)))
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_last_choice_wins_however_slow_the_others_are(steno, open_page):
    steno.send(message(wide_trace("wide", 2, 2)))
    page = open_page("?view=connect")
    held = []
    page.route(re.compile(r"/conversation"), lambda route: held.append(route))
    page.goto(f"{steno.url}/?view=trace&id={identifier('wide', 32)}")
    expect(page.locator(".wf-row").first).to_be_visible()
    with page.expect_request(re.compile(r"/conversation")):
        page.get_by_role("button", name="Conversation").click()
    page.get_by_role("button", name="Spans").click()
    expect(page.locator(".wf-row").first).to_be_visible()
    with page.expect_response(re.compile(r"/conversation")):
        for route in held:
            route.continue_()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator(".wf-row").first).to_be_visible()


def test_names_of_any_length_leave_the_page_its_width(steno, open_page):
    name, user = "session-" + "x" * 3000, "user-" + "z" * 500
    steno.send(message([turn(name, 1, "w" * 5000, "y" * 5000, user=user, metadata={"k" * 300: "v" * 3000})]))
    [session] = steno.walk("/api/v1/sessions")
    [trace] = steno.walk("/api/v1/traces")
    for width in (1440, 390):
        page = open_page("?view=connect", viewport={"width": width, "height": 844})
        for query in ("sessions", "traces&rows=spans", "users", f"session&id={session['id']}",
                      f"trace&id={trace['trace_id']}", f"user&id={user}&project=page-tests", f"sessions&user_id={user}"):
            page.goto(f"{steno.url}/?view={query}")
            expect(page.locator(":is(tbody tr, .turn, .wf-row):visible").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{query} at {width}"
            assert (title(page).bounding_box() or {"height": 0})["height"] <= 160, f"{query} at {width}"
        page.close()
