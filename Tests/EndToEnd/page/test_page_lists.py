"""Lists: state in the address, rows without end, news, and what a server may lack."""

import http.client
import http.server
import re
import threading
import urllib.parse

import pytest

from page_data import SECOND, START, conversation, message, turn

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect


@pytest.fixture
def many(steno):
    """130 sessions, the latest last in name."""
    steno.send(
        message(
            [
                turn(
                    f"s-{at:03d}",
                    1,
                    f"Question {at}",
                    f"Answer {at}",
                    start=START + at * 60 * SECOND,
                    user=f"user-{at % 3}",
                    error="it broke" if at % 50 == 0 else "",
                )
                for at in range(130)
            ]
        )
    )
    return steno


def first_name(page):
    return page.locator("tbody tr .row-link").first


def test_rows_come_while_one_scrolls_and_the_place_is_kept(many, open_page):
    page = open_page("?view=sessions")
    expect(page.get_by_role("status").filter(has_text="130 sessions")).to_be_visible()
    for _ in range(4):
        page.mouse.move(700, 600)
        page.mouse.wheel(0, 20_000)
        page.wait_for_load_state("networkidle")
    expect(page.locator("tbody tr")).to_have_count(130)
    row = page.locator("tbody tr", has_text="s-004")
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("s-004")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(130)
    assert abs(page.evaluate("scrollY") - before) < 5


def test_sorting_and_filters_are_in_the_address(many, open_page):
    page = open_page("?view=sessions")
    page.get_by_role("button", name="Errors only").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page).to_have_url(re.compile("status=error"))
    page.get_by_role("button", name="Duration", exact=True).click()
    expect(page).to_have_url(re.compile("sort=-duration_ms"))
    page.go_back()
    page.go_back()
    expect(page).not_to_have_url(re.compile("status=error"))
    expect(first_name(page)).to_have_text("s-129")
    page.go_forward()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Models").check()
    expect(page).to_have_url(re.compile("columns=.*models"))
    page.reload()
    expect(page.get_by_role("columnheader", name="Models")).to_be_visible()


def test_a_bad_filter_is_explained_where_it_was_typed(many, open_page):
    page = open_page("?view=sessions")
    page.get_by_role("combobox", name="Filter").fill("metadata.turn_number = = 3")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="Expected a value")
    expect(alert.locator("code")).to_have_text("metadata.turn_number = = 3")
    expect(alert.locator("mark")).to_have_text("=")
    expect(alert.locator("code")).to_have_js_property("firstChild.data", "metadata.turn_number = ")
    expect(page.locator("tbody tr:visible")).to_have_count(0)
    page.get_by_role("button", name="Clear filters").click()
    expect(first_name(page)).to_have_text("s-129")
    expect(alert).to_be_hidden()


def test_a_filter_that_the_server_refuses_marks_the_bar(many, open_page):
    page = open_page("?view=sessions&filter=NOT")
    expect(page.get_by_role("combobox", name="Filter")).to_have_attribute("aria-invalid", "true")


def test_what_is_new_announces_itself_and_does_not_jump(many, open_page):
    page = open_page("?view=sessions")
    expect(first_name(page)).to_have_text("s-129")
    many.send(message(conversation("brand-new", 1, start=START + 10**15)))
    news = page.get_by_role("button", name="1 new session")
    expect(news).to_be_visible()
    expect(first_name(page)).to_have_text("s-129")
    news.click()
    expect(first_name(page)).to_have_text("brand-new")


def test_news_comes_while_data_keeps_coming(many, open_page):
    """However close one event follows the other, a list is not silent until the last of them."""
    page = open_page("?view=sessions")
    expect(first_name(page)).to_have_text("s-129")
    stop = threading.Event()

    def keep_sending():
        for at in range(10_000):
            if stop.is_set():
                return
            many.send(message(conversation(f"stream-{at}", 1, start=START + 10**15 + at)))
            stop.wait(0.05)

    sender = threading.Thread(target=keep_sending, daemon=True)
    sender.start()
    try:
        expect(page.get_by_role("button", name=re.compile(r"\d+\+? new session"))).to_be_visible(timeout=10_000)
    finally:
        stop.set()
        sender.join()


def test_rows_vanish_where_their_sessions_are_deleted(many, open_page):
    rows = {row["name"]: row["id"] for row in many.walk("/api/v1/sessions")}
    page, traces = open_page("?view=sessions"), open_page("?view=traces")
    for shown in (page, traces):
        expect(shown.get_by_role("status").filter(has_text="130 ")).to_be_visible()
        for _ in range(3):
            shown.mouse.move(700, 600)
            shown.mouse.wheel(0, 20_000)
            shown.wait_for_load_state("networkidle")
        expect(shown.locator("tbody tr")).to_have_count(130)
    page.locator("tbody tr", has_text="s-003").focus()
    # One at the head, one in focus, one far behind the head.
    for name in ("s-128", "s-003", "s-001"):
        assert many.request("DELETE", f"/api/v1/sessions/{rows[name]}").status == 200
    for shown in (page, traces):
        expect(shown.locator("tbody tr")).to_have_count(127)
        expect(shown.get_by_role("status").filter(has_text="127 ")).to_be_visible()
    for name in ("s-128", "s-003", "s-001"):
        expect(page.locator("tbody tr", has_text=name)).to_have_count(0)
    expect(page.locator("tbody tr", has_text="s-002")).to_be_focused()


def test_a_page_that_nobody_sees_misses_no_deletion(many, open_page):
    """It gives its connection back, and goes on behind the last event that it read."""
    rows = {row["name"]: row["id"] for row in many.walk("/api/v1/sessions")}
    page = open_page("?view=sessions")
    live = page.locator("#contact.live")
    expect(live).to_be_visible()
    many.send(message(conversation("seen", 1, start=START + 10**15)))
    expect(page.get_by_role("button", name="1 new session")).to_be_visible()
    see = """state => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.clock.install()
    page.evaluate(see, "hidden")
    page.clock.run_for(10_000)
    assert many.request("DELETE", f"/api/v1/sessions/{rows['s-100']}").status == 200
    with page.expect_request(re.compile(r"/api/v1/events\?last_event_id=\d+$")):
        page.evaluate(see, "visible")
    expect(page.locator("tbody tr", has_text="s-100")).to_have_count(0)


def refuse_the_stream(page, times: int):
    """Answers 503 where the page opens the stream of events, so often."""
    refused = []

    def answer(route):
        refused.append(route.request.url)
        if len(refused) > times:
            route.continue_()
        else:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"title": "Overloaded", "status": 503})

    page.route(re.compile(r"/api/v1/events"), answer)
    return refused


def test_a_stream_that_was_refused_is_tried_again(many, open_page):
    page = open_page("?view=connect")
    refused = refuse_the_stream(page, times=2)
    page.goto(f"{many.url}/?view=sessions")
    expect(first_name(page)).to_have_text("s-129")
    contact = page.locator("#contact")
    expect(contact).to_have_class("contact polling")
    # Meanwhile the page looks by itself.
    many.send(message(conversation("meanwhile", 1, start=START + 10**15)))
    expect(page.get_by_role("button", name="1 new session")).to_be_visible()
    expect(contact).to_have_class("contact live")
    assert len(refused) == 3


def test_a_page_without_a_stream_looks_by_itself(many, open_page):
    """A server, or a proxy, that never lets the stream through."""
    rows = {row["name"]: row["id"] for row in many.walk("/api/v1/sessions")}
    page = open_page("?view=connect")
    refuse_the_stream(page, times=10_000)
    page.goto(f"{many.url}/?view=user&id=user-1&project=page-tests")
    expect(first_name(page)).to_have_text("s-127")
    assert many.request("DELETE", f"/api/v1/sessions/{rows['s-127']}").status == 200
    expect(first_name(page)).to_have_text("s-124")
    expect(page.locator("#contact")).to_have_class("contact polling")


def test_an_open_conversation_grows(steno, open_page):
    steno.send(message([turn("growing", 1, "One", "1")]))
    page = open_page(f"?view=session&id={steno.walk('/api/v1/sessions')[0]['id']}")
    expect(page.locator(".turn")).to_have_count(1)
    steno.send(message([turn("growing", 2, "Two", "2")]))
    expect(page.locator(".turn")).to_have_count(2)


def test_projects_switch(many, open_page):
    many.send(message(conversation("elsewhere", 1), project="other"))
    page = open_page("?view=sessions")
    page.get_by_role("combobox", name="Project").select_option("other")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("project=other"))
    page.get_by_role("link", name="LLM Tracing", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_server_without_the_later_routes_still_has_a_page(many, open_page):
    page = open_page("?view=connect")
    for route in ("events", "timeseries", "attributes", "users", "spans", "search"):
        page.route(
            re.compile(rf"/api/v1/{route}\b"),
            lambda found: found.fulfill(
                status=404, json={"title": "Not found", "status": 404, "detail": "no such path"}
            ),
        )
    page.get_by_role("link", name="Sessions", exact=True).click()
    expect(page.locator("tbody tr").first).to_be_visible()
    page.get_by_role("link", name="Users", exact=True).click()
    expect(page.get_by_text("Not available on this server")).to_be_visible()
    page.get_by_role("searchbox", name="Search messages").fill("anything")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This Steno runs without search.")).to_be_visible()


class Proxy(http.server.BaseHTTPRequestHandler):
    """A reverse proxy that puts the server under /steno/."""

    target = ""

    def do_GET(self):
        if not self.path.startswith("/steno/"):
            self.send_error(404)
            return
        where = urllib.parse.urlsplit(self.target)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        if self.path.endswith("/events"):
            self.send_error(404)
            return
        connection.request(
            "GET", self.path.removeprefix("/steno"), headers={"Accept": self.headers.get("Accept", "*/*")}
        )
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Security-Policy"):
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_the_page_lives_under_any_path(many, open_page):
    handler = type("Handler", (Proxy,), {"target": many.url})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        page = open_page(base=f"http://127.0.0.1:{proxy.server_port}/steno")
        first_name(page).click()
        expect(page.locator(".turn")).to_have_count(1)
        page.reload()
        page.get_by_role("link", name="Trace of turn 1").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        proxy.shutdown()
