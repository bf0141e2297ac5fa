"""A page of another site in a real browser: it learns nothing, changes nothing, and keeps nothing from others."""

import http.server
import json
import threading

import pytest

from event_reader import EventReader
from page_data import message, turn

pytest.importorskip("playwright.sync_api", reason="pip install -r page/requirements.txt")

SENT = json.dumps(message([turn("forged", 1, "Who", "Nobody")]))
#: Everything a page may have a browser send that asks nobody first, and what it asks first.
ATTEMPTS = """async ([url, sent, session]) => {
  const told = {};
  const attempt = async (name, run) => {
    try { told[name] = await run(); } catch (error) { told[name] = error.name; }
  };
  const post = (path, mode, type) => fetch(url + path, {
    method: 'POST', mode, body: sent, headers: type ? { 'Content-Type': type } : {}, credentials: 'include' });
  for (const type of ['', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
    await attempt(`no-cors ${type}`, async () => (await post('/v1/traces', 'no-cors', type)).type);
  for (const path of ['/v1/traces', '/v1/logs', '/api/v1/sign-in'])
    for (const type of ['text/plain', 'application/json'])
      await attempt(`cors ${path} ${type}`, async () => (await post(path, 'cors', type)).status);
  navigator.sendBeacon(url + '/v1/traces', new Blob([sent], { type: 'text/plain' }));
  for (const method of ['DELETE', 'PATCH'])
    await attempt(method, async () => (await fetch(`${url}/api/v1/sessions/${session}`, { method })).status);
  for (const path of ['/api/v1/sessions', '/metrics', '/openapi.json', '/'])
    await attempt(`read ${path}`, async () => (await fetch(url + path)).text());
  const load = (name, address) => new Promise((resolve) => {
    const node = document.createElement(name);
    node.onload = () => resolve(name === 'iframe' ? 'shown' : 'loaded');
    node.onerror = () => resolve('error');
    node[name === 'link' ? 'href' : 'src'] = address;
    if (name === 'link') node.rel = 'stylesheet';
    document.body.append(node);
  });
  for (const name of ['script', 'img', 'link'])
    await attempt(name, () => load(name, url + '/api/v1/sessions'));
  await attempt('iframe', () => load('iframe', url + '/api/v1/events'));
  await attempt('events', () => new Promise((resolve) => {
    const source = new EventSource(url + '/api/v1/events');
    source.onopen = () => resolve('opened');
    source.onerror = () => resolve('error');
  }));
  await attempt('no-cors events', async () => {
    const answer = await fetch(url + '/api/v1/events', { mode: 'no-cors' });
    return answer.type;
  });
  return told;
}"""


@pytest.fixture
def elsewhere(browser):
    """A page at a name that is no loopback name, though it leads here."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><body>")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://foreign.example:{server.server_port}/")
    yield page
    context.close()
    server.shutdown()
    server.server_close()


def counts(steno) -> dict:
    return {name: value for name, value in steno.ok("/api/v1/stats").items() if name in ("spans", "traces", "sessions")}


def test_a_page_of_another_site_gets_nowhere(steno, elsewhere):
    steno.send(message([turn("mine", 1, "A secret", "Kept")]))
    [row] = steno.walk("/api/v1/sessions")
    before = counts(steno)
    told = elsewhere.evaluate(ATTEMPTS, [steno.url, SENT, row["id"]])
    read = {name: answer for name, answer in told.items() if name.startswith(("cors", "read", "DELETE", "PATCH"))}
    assert len(read) == 12 and set(read.values()) == {"TypeError"}, read
    assert told["script"] == told["img"] == told["link"] == told["events"] == "error"
    assert counts(steno) == before == {"spans": 1, "traces": 1, "sessions": 1}
    assert steno.walk("/api/v1/sessions") == [row]
    # None of its questions was answered: no stream of events is held, and none of the answers was more than a refusal.
    metrics = steno.get("/metrics").body.decode()
    refused = [line for line in metrics.splitlines() if line.startswith("steno_") and '"forbidden"' in line]
    assert refused and int(float(refused[0].split()[-1])) >= 12, refused
    with EventReader(steno) as reader:
        assert reader.status == 200


def test_a_name_that_was_made_to_lead_here_is_not_answered(browser, steno):
    """DNS rebinding: to the browser, page and API are of one origin."""
    steno.send(message([turn("mine", 1, "A secret", "Kept")]))
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://foreign.example:{steno.port}/healthz")
    told = page.evaluate(
        """async (sent) => {
          const read = await fetch('/api/v1/sessions');
          const post = (type) => fetch('/v1/traces', { method: 'POST', body: sent, headers: { 'Content-Type': type } });
          return [read.status, await read.text(), (await post('application/json')).status, (await post('text/plain')).status];
        }""",
        SENT,
    )
    context.close()
    assert told[0] == told[2] == told[3] == 421 and "secret" not in told[1]
    assert counts(steno)["traces"] == 1
