"""LLM Tracing's view of spans, the charts above the lists, and what the filter bar offers."""

import re
import urllib.parse

import pytest

from page_data import SECOND, START, message, turn, wide_trace

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect


@pytest.fixture
def traced(steno):
    calls = [turn("s-1", at, f"Question {at}", f"Answer {at}", metadata={"stage": f"part {at}"}) for at in range(1, 9)]
    steno.send(message(calls))
    steno.send(message(wide_trace("wide", 3, 20)))
    return steno


def test_spans_are_listed_sorted_and_opened(traced, open_page):
    page = open_page("?view=traces")
    page.get_by_role("group", name="Rows").get_by_role("button", name="Spans").click()
    expect(page.get_by_role("status").filter(has_text="72 spans")).to_be_visible()
    page.get_by_role("button", name="Latency").click()
    expect(page.locator("tbody tr .row-link").first).to_have_text("ChatCompletion")
    expect(page.locator("tbody tr").first).to_contain_text("Question")
    page.locator("tbody tr .row-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ChatCompletion")


def test_charts_stand_above_the_lists(traced, open_page):
    page = open_page("?view=traces")
    charts = page.get_by_role("group", name="Figures over time")
    for title in ("Traces", "Tokens", "Cost", "Errors", "Latency"):
        expect(charts.get_by_text(title, exact=True)).to_be_visible()
    expect(charts.get_by_role("img", name="Traces: 9, highest")).to_be_visible()


def test_a_stroke_over_a_chart_sets_the_time_range(steno, open_page):
    hours = [turn(f"s-{at}", 1, "Question", "Answer", start=START + at * 3600 * SECOND) for at in range(40)]
    steno.send(message(hours))
    page = open_page("?view=sessions")
    plot = page.get_by_role("img", name="Sessions: 40, highest 1 in")
    expect(plot.locator(".bar")).to_have_count(40)
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=.*to="))
    shown = page.locator("tbody tr")
    expect(shown).not_to_have_count(40)
    narrowed = steno.ok("/api/v1/sessions", limit=500, **dict(urllib.parse.parse_qsl(
        urllib.parse.urlsplit(page.url).query)[1:]))["data"]
    assert 5 < len(narrowed) < 20
    expect(shown).to_have_count(len(narrowed))
    # The charts follow the range of the list.
    expect(page.get_by_role("img", name=re.compile(f"^Sessions: {len(narrowed)},"))).to_be_visible()
    page.get_by_role("button", name="Remove time range").click()
    expect(shown).to_have_count(40)


def test_rows_do_not_jump_when_charts_come(traced, open_page):
    page = open_page("?view=traces")
    expect(page.get_by_role("img", name=re.compile("^Latency: "))).to_have_count(1)
    moved = page.evaluate("""() => new Promise((done) =>
      new PerformanceObserver((list) => done(list.getEntries().map((entry) => entry.value)))
        .observe({ type: 'layout-shift', buffered: true }) ?? requestAnimationFrame(() => setTimeout(done, 100, [])))""")
    assert sum(moved) < 0.01, moved


def test_the_filter_bar_offers_what_spans_carry(traced, open_page):
    page = open_page("?view=traces")
    bar = page.get_by_role("combobox", name="Filter")
    bar.press_sequentially("stage")
    expect(page.get_by_role("option", name="metadata.stage")).to_contain_text("8 spans")
    page.get_by_role("option", name="metadata.stage").click()
    bar.press_sequentially("= ")
    expect(page.get_by_role("option", name="part 3")).to_be_visible()
