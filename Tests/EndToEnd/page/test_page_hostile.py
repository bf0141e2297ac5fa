"""What traces say is data: nothing of it runs, hides, or freezes the page."""

import json

import pytest

from page_data import START, conversation, message, span, turn, wide_trace

expect = pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt").expect

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "</script><img src=x onerror='window.pwned = 2'>",
    "<svg onload='window.pwned = 3'><a xlink:href='javascript:window.pwned = 4'>x</a></svg>",
    "[click](javascript:window.pwned=5) [data](data:text/html,<script>window.pwned=6</script>) "
    "<javascript:window.pwned=7>",
    "![image](https://elsewhere.example/pixel.png) <img src='https://elsewhere.example/pixel.png'>",
    "\u202egnp.exe \u2066isolated\u2069 \u0000 nul",
    "`<b>` **<i onmouseover=window.pwned=8>** \n\n| <u> |\n|-|\n| </td></table><script>window.pwned=9</script> |",
    "{{constructor.constructor('window.pwned=10')()}} ${window.pwned=11}",
]
NAME = 'hostile "><script>window.pwned = 12</script>\u202egnp'
IMAGE = {
    "role": "user",
    "content": [
        {"type": "text", "text": "look"},
        {"type": "image_url", "image_url": {"url": "https://elsewhere.example/tracked.png"}},
        {
            "type": "image_url",
            "image_url": {"url": "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IndpbmRvdy5wd25lZD0xMyIvPg=="},
        },
        {
            "type": "image_url",
            "image_url": {
                "url": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
                "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            },
        },
    ],
}


@pytest.fixture
def hostile(steno):
    spans = [
        turn(
            NAME,
            at,
            text,
            f"{text}\n\n{text}",
            user=f"eve {HOSTILE[1]}",
            metadata={text: text, "__proto__": HOSTILE[0]},
        )
        for at, text in enumerate(HOSTILE, start=1)
    ]
    spans.append(turn(NAME, 20, "fails", "", error=HOSTILE[1]))
    values = {
        "session.id": NAME,
        "gen_ai.span.kind": "LLM",
        "gen_ai.input.messages": json.dumps([IMAGE]),
        "output.value": "seen",
    }
    spans.append(span(HOSTILE[2], "image", START + 10**12, 10, values | {HOSTILE[0]: HOSTILE[1]}))
    steno.send(message(spans, project=f"p{HOSTILE[0]}"))
    [row] = steno.walk("/api/v1/sessions")
    return row


@pytest.mark.parametrize("rows", ["view=sessions", "view=traces", "view=users", "view=traces&rows=spans"])
def test_lists_show_hostile_text_as_text(hostile, open_page, rows):
    page = open_page(f"?{rows}")
    expect(page.locator(":is(tbody tr, .empty, .welcome):visible").first).to_be_visible()
    assert page.locator("main script, main img, main svg [onload], main iframe").count() == 0


def test_the_thread_shows_hostile_text_as_text(hostile, open_page, picture):
    page = open_page(f"?view=session&id={hostile['id']}")
    expect(page.locator(".turn")).to_have_count(len(HOSTILE) + 2)
    expect(page.locator(".turn").first.locator(".side.human .said")).to_have_text(HOSTILE[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text("⟨U+202E⟩")
    assert page.locator("main script, main img, main iframe, main object, main embed").count() == 0
    links = page.locator("main .rich a")
    for at in range(links.count()):
        link = links.nth(at)
        assert link.get_attribute("href").startswith(("http://", "https://", "mailto:"))
        assert link.get_attribute("rel") == "noopener noreferrer" and link.get_attribute("target") == "_blank"
    for fold in page.locator("main details summary").all():
        fold.click()
    expect(page.locator("canvas.picture")).to_have_count(1)
    picture(page, "hostile")


def test_a_span_shows_hostile_attributes_as_text(hostile, steno, open_page):
    trace = next(row for row in steno.walk("/api/v1/traces") if row["name"] == HOSTILE[2])
    page = open_page(f"?view=trace&id={trace['trace_id']}")
    panel = page.get_by_role("dialog")
    for name in ("Attributes", "Messages", "Events", "Resource", "Raw"):
        panel.get_by_role("tab", name=name).click()
        expect(panel.get_by_role("tabpanel")).not_to_be_empty()
    assert page.locator("main script, main img, main iframe").count() == 0


def test_a_hostile_address_is_only_a_question(steno, open_page):
    page = open_page("?view=sessions&user_id=%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E&session=javascript%3Aalert(1)")
    expect(page.get_by_text("No sessions match")).to_be_visible()
    page = open_page("?view=session&id=../../healthz")
    expect(page.get_by_role("heading", name="No such session")).to_be_visible()


def test_a_megabyte_is_folded_and_shown_whole_when_asked_for(steno, open_page):
    text = "All work and no play. " * 48_000
    steno.send(message([turn("big", 1, "Repeat", text)]))
    page = open_page(f"?view=session&id={steno.walk('/api/v1/sessions')[0]['id']}")
    more = page.get_by_role("button", name="Show all (1.1 MB)")
    expect(more).to_be_visible()
    assert len(page.locator(".side.ai .said").inner_text()) < 10_000
    took = page.evaluate("""() => {
      const start = performance.now();
      document.querySelector('.show-all').click();
      document.body.offsetHeight;
      return performance.now() - start;
    }""")
    assert took < 300, f"{took:.0f} ms"
    assert page.locator(".side.ai .rich").evaluate("node => node.textContent.length") >= len(text.strip())


def test_ten_thousand_turns_scroll(steno, open_page):
    for begin in range(0, 10_000, 1000):
        steno.send(
            message([turn("endless", at, f"Question {at}", f"Answer {at}") for at in range(begin + 1, begin + 1001)])
        )
    page = open_page(f"?view=session&id={steno.walk('/api/v1/sessions')[0]['id']}")
    expect(page.locator(".turn").first).to_be_visible()
    page.get_by_role("button", name="Jump to the last turn").click()
    expect(page.locator("#turn-10000")).to_be_focused(timeout=120_000)
    assert page.locator(".turn").count() < 1000, "turns far from view leave the document"
    took = page.evaluate("""async () => {
      const start = performance.now();
      scrollBy(0, -5000);
      await new Promise(requestAnimationFrame);
      document.body.offsetHeight;
      return performance.now() - start;
    }""")
    assert took < 250, f"{took:.0f} ms"


def test_ten_thousand_spans_answer_to_every_key_at_once(steno, open_page, picture):
    steno.send(message(wide_trace("wide", 100, 99)))
    page = open_page(f"?view=trace&id={steno.walk('/api/v1/traces')[0]['trace_id']}")
    grid = page.get_by_role("treegrid", name="Spans")
    expect(grid.get_by_role("row").first).to_be_visible()
    picture(page, "waterfall-10000")
    page.get_by_role("button", name="Unfold all").click()
    expect(grid).to_have_attribute("aria-rowcount", "10001")
    assert grid.get_by_role("row").count() < 150
    slowest = grid.evaluate("""async grid => {
      grid.focus();
      let slowest = 0;
      for (const key of ['End', 'Home', 'PageDown', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'z', 'End', 'z']) {
        const start = performance.now();
        grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        await new Promise(requestAnimationFrame);
        document.body.offsetHeight;
        slowest = Math.max(slowest, performance.now() - start);
      }
      return slowest;
    }""")
    assert slowest <= 100, f"{slowest:.0f} ms"
    page.get_by_role("searchbox", name="Find spans").fill("leaf 57.12")
    expect(grid).to_have_attribute("aria-rowcount", "3")
    grid.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_have_text("leaf 57.12")


def test_right_to_left_text_keeps_its_direction(steno, open_page):
    steno.send(
        message(
            [turn("rtl", 1, "ما هو التمثيل الضوئي؟", "**شكرا** and English"), turn("rtl", 2, "English", "שלום")]
            + conversation("x", 1)
        )
    )
    session = next(row for row in steno.walk("/api/v1/sessions") if row["name"] == "rtl")
    page = open_page(f"?view=session&id={session['id']}")
    direction = "node => getComputedStyle(node).direction"
    for side, wanted in ((".human", ["rtl", "ltr"]), (".ai", ["rtl", "rtl"])):
        assert [page.locator(f".side{side} .rich > p").nth(at).evaluate(direction) for at in range(2)] == wanted
