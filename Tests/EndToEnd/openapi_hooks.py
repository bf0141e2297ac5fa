"""What the fuzzer of test_openapi.py needs to know besides the document: values that the server knows, among others,
and that a cursor can't be made up."""

import datetime
import json

import schemathesis
from hypothesis import strategies

import captures

CALLS = [request for request in captures.folder("fi/seed") if request.name.endswith("s3_metadata-001")]
SPANS = [
    (span["traceId"], span["spanId"]) for call in CALLS
    for resource in json.loads(call.rendering.read_bytes())["resourceSpans"]
    for scope in resource["scopeSpans"] for span in scope["spans"]]
BODY = json.loads(CALLS[0].rendering.read_bytes())
SESSION = "d3e74025-574b-56ab-afe8-9b19f360373a"
NO_CURSOR = "no-cursor"
WRITTEN = {
    "q": ["photosynthesis", "plant*", '"what is"'],
    "filter": ['project = "chatbot-session-demo"', 'NOT project = "elsewhere"', '(project:"chat")'],
}


def known_or(strategy, *values: str):
    return strategies.one_of(strategies.sampled_from(values), strategy)


def hexadecimal(digits: int):
    return strategies.text("0123456789abcdef", min_size=digits, max_size=digits)


def rfc3339(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


schemathesis.openapi.format("uuid", known_or(strategies.uuids().map(str), SESSION))
schemathesis.openapi.format("steno-trace-id", known_or(hexadecimal(32), *[trace for trace, _ in SPANS]))
schemathesis.openapi.format("steno-span-id", known_or(hexadecimal(16), *[span for _, span in SPANS]))
schemathesis.openapi.format("steno-cursor", strategies.just(NO_CURSOR))
schemathesis.openapi.format("steno-words", strategies.sampled_from(WRITTEN["q"]))
schemathesis.openapi.format("steno-filter", strategies.sampled_from(WRITTEN["filter"]))
# Times that nanoseconds since 1970 can say.
schemathesis.openapi.format("date-time", strategies.integers(0, 18_000_000_000).map(rfc3339))


@schemathesis.hook
def before_call(context, case, kwargs):
    """A valid cursor comes out of a page before, so that where one would be made up there is none."""
    if case.query and case.query.get("cursor") == NO_CURSOR:
        del case.query["cursor"]
    # OTLP's own schema is its protocol's, not this document's: bodies that are meant to be taken are real ones.
    if case.method == "POST" and isinstance(case.body, dict) and case.meta and case.meta.generation.mode.is_positive:
        if "resourceSpans" in case.body or "resource_spans" in case.body:
            case.body = BODY
    # Valid cases draw some strings from elsewhere in the document, too: few of them are well written.
    if case.query and case.meta and case.meta.generation.mode.is_positive:
        for name, values in WRITTEN.items():
            if name in case.query and case.query[name] not in values:
                case.query[name] = values[0]
