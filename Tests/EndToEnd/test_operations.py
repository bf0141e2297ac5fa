"""What an operator relies on: logs, metrics, a path below a proxy, signals, the systemd unit, and their page."""

import json
import os
import re
import shutil
import signal
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server import ROOT, Steno, binary, clean_environment, run
from test_startup import refusal, serve

SPAN = {"resourceSpans": [{"scopeSpans": [{"spans": [{
    "traceId": "0000000000000000000000000000000a", "spanId": "000000000000000b", "name": "turn",
    "startTimeUnixNano": "1795354394000000000", "endTimeUnixNano": "1795354395000000000",
    "attributes": [{"key": "session.id", "value": {"stringValue": "session-1"}},
                   {"key": "input.value", "value": {"stringValue": "a secret question"}}]}]}]}]}
PAGE = (ROOT / "docs" / "operations.md").read_text()


def families(steno: Steno) -> dict:
    answer = steno.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {family.name: family for family in text_string_to_metric_families(answer.body.decode())}


def value(family, name: str, **labels: str) -> float:
    [found] = [sample.value for sample in family.samples if sample.name == name and sample.labels == labels]
    return found


def test_metrics_are_what_a_scraper_reads(steno):
    steno.send(SPAN)
    assert steno.post("/v1/traces", b"{", "application/json").status == 400
    assert steno.ok("/api/v1/sessions")["data"]
    found = families(steno)
    assert all(family.documentation for family in found.values())
    assert {family.type for family in found.values()} == {"counter", "gauge", "histogram"}
    assert value(found["steno_accepted_spans"], "steno_accepted_spans_total") == 1
    assert value(found["steno_http_refusals"], "steno_http_refusals_total", reason="undecodable-body") == 1
    assert value(found["steno_queue_bytes"], "steno_queue_bytes") == 0
    assert value(found["steno_sessions"], "steno_sessions") == 1
    assert value(found["steno_wal_bytes"], "steno_wal_bytes") > 0
    for name, least in (("steno_commit_seconds", 1), ("steno_query_seconds", 1)):
        samples = found[name].samples
        buckets = [sample for sample in samples if sample.name == f"{name}_bucket"]
        counts = [sample.value for sample in buckets]
        bounds = [float(sample.labels["le"]) for sample in buckets]
        assert bounds == sorted(bounds) and bounds[-1] == float("inf")
        assert counts == sorted(counts)
        assert counts[-1] == value(found[name], f"{name}_count") >= least
        assert value(found[name], f"{name}_sum") > 0


def test_the_page_names_metrics_that_exist(steno):
    text = steno.get("/metrics").body.decode()
    named = set(re.findall(r"`(steno_[a-z_]+)[`{]", PAGE))
    assert len(named) > 10
    exist = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    assert named <= exist


def test_logs_as_json_are_one_object_a_line(data):
    with Steno(data, "--log-format", "json", "--log-level", "debug") as steno:
        steno.send(SPAN)
        assert steno.get("/api/v1/sessions").status == 200
        assert steno.stop() == 0
        lines = [json.loads(line) for line in steno.printed.splitlines() if line.startswith("{")]
    assert len(lines) >= 3
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", line["time"])
        assert line["level"] in ("trace", "debug", "info", "notice", "warning", "error", "critical")
        assert isinstance(line["message"], str) and all(isinstance(member, str) for member in line.values())
    assert "a secret question" not in json.dumps(lines)


def test_a_log_format_that_is_none_is_refused(data):
    assert "--log-format" in refusal(*serve(data, "--log-format", "xml"))


def test_below_a_path_of_a_proxy(data):
    with Steno(data, "--base-path", "/tools/steno/") as steno:
        body = json.dumps(SPAN).encode()
        assert steno.post("/tools/steno/v1/traces", body, "application/json").status == 200
        assert steno.get("/tools/steno/api/v1/sessions").body == steno.get("/api/v1/sessions").body
        assert steno.get("/tools/steno/healthz").status == steno.get("/healthz").status == 200
        page = steno.request("GET", "/tools/steno/", headers={"Accept": "text/html"})
        assert page.status == 200 and page.content_type == "text/html"
        for link in re.findall(r'(?:href|src)="([^"]+)"', page.body.decode()):
            assert not link.startswith("/")
            assert steno.get(f"/tools/steno/{link}").status == 200
        sent = steno.get("/tools/steno")
        assert (sent.status, sent.headers["location"]) == (308, "/tools/steno/")
        # An exporter takes a redirect for success, and drops what it sent.
        assert steno.post("/tools/steno", body, "application/json").status in (404, 405)
        assert steno.get("/tools/stenography/healthz").status == 404


@pytest.mark.parametrize("path", ["steno", "/a//b", "/../x", "/a?b", "/a b", "//evil.example"])
def test_a_path_that_is_none_is_refused(data, path):
    assert "--base-path" in refusal(*serve(data, "--base-path", path))


def test_a_terminal_that_hangs_up_ends_it_in_order(data):
    # What runs these tests may itself be under nohup, and processes inherit what is ignored.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        steno = Steno(data)
    finally:
        signal.signal(signal.SIGHUP, before)
    with steno:
        steno.send(SPAN)
        assert steno.stop(signal.SIGHUP) == 0
    log = steno.data.with_name(steno.data.name + "-wal")
    assert not log.exists() or log.stat().st_size == 0


def test_under_nohup_it_goes_on(tmp_path):
    process = subprocess.Popen(
        ["nohup", binary(), "serve", "--port", "0", "--data", str(tmp_path / "steno.db")], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=clean_environment())
    try:
        url = next(found[1] for line in process.stdout if (found := re.search(rb"http://127\.0\.0\.1:(\d+)", line)))
        process.send_signal(signal.SIGHUP)
        done = run("healthcheck", "--url", f"http://127.0.0.1:{url.decode()}")
        assert done.returncode == 0
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()


UNIT = ROOT / "docker" / "steno.service"


def test_the_systemd_unit_sets_what_exists():
    told = run("serve", "--help").stdout
    for name in re.findall(r"STENO_[A-Z_]+", UNIT.read_text()):
        assert name in told
    assert "ExecStart=/usr/local/bin/steno serve\n" in UNIT.read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_understands_the_unit(tmp_path):
    unit = tmp_path / "steno.service"
    unit.write_text(UNIT.read_text().replace("/usr/local/bin/steno", os.path.abspath(binary())))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False)
    assert "steno.service" not in done.stderr, done.stderr
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False)
    assert rated.returncode == 0, rated.stdout[-300:] + rated.stderr
