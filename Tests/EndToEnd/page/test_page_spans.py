"""LLM Tracing's view of spans, the charts above the lists, and what the filter bar offers."""

import pytest

from page_data import message, turn, wide_trace

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


def test_the_filter_bar_offers_what_spans_carry(traced, open_page):
    page = open_page("?view=traces")
    bar = page.get_by_role("combobox", name="Filter")
    bar.press_sequentially("stage")
    expect(page.get_by_role("option", name="metadata.stage")).to_contain_text("8 spans")
    page.get_by_role("option", name="metadata.stage").click()
    bar.press_sequentially("= ")
    expect(page.get_by_role("option", name="part 3")).to_be_visible()
