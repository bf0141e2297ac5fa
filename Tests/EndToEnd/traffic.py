"""Single-span deliveries, from captures and generated, and the ways in which a network may deliver them."""

import base64
import dataclasses
import json
import random

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

import captures
from server import Client

T0 = 1_795_354_394_000_000_000
MESSAGES = {"traces": ExportTraceServiceRequest, "logs": ExportLogsServiceRequest}


@dataclasses.dataclass(frozen=True)
class Unit:
    """One span or log record with its resource and scope, and the project that a request header names for it."""
    signal: str
    message: bytes  # an Export…ServiceRequest that holds it alone
    project: str | None = None


def units_of_capture(request: captures.Request) -> list[Unit]:
    """A request cut into single spans or log records."""
    if request.headers["content-type"].startswith("application/json"):
        whole = json_format.ParseDict(_base64_ids(json.loads(request.plain_body)), MESSAGES[request.signal]())
    else:
        whole = MESSAGES[request.signal].FromString(request.plain_body)
    units = []
    traces = request.signal == "traces"
    for outer in whole.resource_spans if traces else whole.resource_logs:
        for scope in outer.scope_spans if traces else outer.scope_logs:
            for item in scope.spans if traces else scope.log_records:
                one = MESSAGES[request.signal]()
                resource = (one.resource_spans if traces else one.resource_logs).add()
                resource.resource.CopyFrom(outer.resource)
                resource.schema_url = outer.schema_url
                inner = (resource.scope_spans if traces else resource.scope_logs).add()
                inner.scope.CopyFrom(scope.scope)
                inner.schema_url = scope.schema_url
                (inner.spans if traces else inner.log_records).add().CopyFrom(item)
                units.append(Unit(request.signal, one.SerializeToString()))
    return units


def _base64_ids(value, key: str = ""):
    """OTLP JSON as protobuf's own JSON mapping has it: IDs in base64 instead of hex."""
    if isinstance(value, dict):
        return {name: _base64_ids(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_base64_ids(item) for item in value]
    if key in ("traceId", "spanId", "parentSpanId") and isinstance(value, str):
        return base64.b64encode(bytes.fromhex(value)).decode()
    return value


def hex_ids(value, key: str = ""):
    """The reverse: protobuf's JSON mapping as OTLP JSON."""
    if isinstance(value, dict):
        return {name: hex_ids(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [hex_ids(item) for item in value]
    if key in ("traceId", "spanId", "parentSpanId") and isinstance(value, str):
        return base64.b64decode(value).hex()
    return value


def attribute(key: str, value) -> KeyValue:
    if isinstance(value, bool):
        return KeyValue(key=key, value=AnyValue(bool_value=value))
    if isinstance(value, int):
        return KeyValue(key=key, value=AnyValue(int_value=value))
    if isinstance(value, float):
        return KeyValue(key=key, value=AnyValue(double_value=value))
    return KeyValue(key=key, value=AnyValue(string_value=value))


def generate(seed: int, traces: int = 12) -> list[Unit]:
    """Traces of 1 to 6 spans whose session, user and project stand on any one of them, some of them nowhere, some
    contradicting; some spans come in several versions, some name a parent that never comes, some are announced by a
    pending span; model calls repeat responses of other traces, and some are tool round trips over two traces."""
    random_ = random.Random(seed)
    units = []
    for number in range(traces):
        trace_id = random_.randbytes(16)
        session = random_.choice(["s-one", "s-two", "s-three", "s-\u00e9\u4e16", None])
        user = random_.choice(["u-one", "u-two", None])
        service = random_.choice(["p-one", "p-two"])
        ids = [random_.randbytes(8) for _ in range(random_.randint(1, 6))]
        bearer = random_.randrange(len(ids))
        start = T0 + number * random_.randrange(1, 10**9)
        for index, span_id in enumerate(ids):
            parent = b"" if index == 0 else ids[random_.randrange(index)]
            if index == 0 and random_.random() < 0.15:
                parent = random_.randbytes(8)
            for version in range(random_.choice([1, 1, 1, 2, 3])):
                request, span = one_span(service, random_.choice(["scope-a", "scope-b"]))
                span.trace_id, span.span_id, span.parent_span_id = trace_id, span_id, parent
                span.name = f"step {index} v{version}"
                span.start_time_unix_nano = start + index * 1000
                span.end_time_unix_nano = span.start_time_unix_nano + random_.choice([10**6, 10**6, 2 * 10**6])
                span.flags = random_.choice([0x100, 0x100, 0x300])
                attributes = {}
                if index == bearer or random_.random() < 0.1:
                    if session:
                        key = random_.choice(["session.id", "gen_ai.conversation.id"])
                        attributes[key] = random_.choice([session, session, "s-other"])
                    if user:
                        attributes["user.id"] = user
                if random_.random() < 0.6:
                    attributes |= model_call(random_, f"question {number // 2}", f"answer {number}.{version}")
                if random_.random() < 0.3:
                    attributes["metadata"] = json.dumps({"stage": f"s{index}", "n": version})
                if random_.random() < 0.2:
                    attributes["tag.tags"] = random_.choice(['["a","b"]', "c,d"])
                span.attributes.extend(attribute(key, value) for key, value in attributes.items())
                if random_.random() < 0.15:
                    span.status.code, span.status.message = 2, "failed"
                header = random_.choice([None, None, None, None, "p-header"])
                units.append(Unit("traces", request.SerializeToString(), header))
                if random_.random() < 0.1:
                    span.parent_span_id, span.span_id = span_id, random_.randbytes(8)
                    span.attributes.append(attribute("logfire.span_type", "pending_span"))
                    units.append(Unit("traces", request.SerializeToString(), header))
    return units


def one_span(service: str, scope_name: str):
    """A request of one span, and that span."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.append(attribute("service.name", service))
    scope = resource.scope_spans.add()
    scope.scope.name = scope_name
    return request, scope.spans.add()


def model_call(random_: random.Random, question: str, answer: str) -> dict:
    """The attributes of a call: a plain exchange, a call that only asks for a tool, or the one that follows it."""
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": random_.choice(["m-small", "m-large"]),
        "gen_ai.usage.input_tokens": random_.randrange(100),
        "gen_ai.usage.output_tokens": random_.randrange(100),
        "gen_ai.input.messages.0.message.role": "user",
        "gen_ai.input.messages.0.message.content": question,
        "gen_ai.output.messages.0.message.role": "assistant",
    }
    if random_.random() < 0.3:
        attributes["gen_ai.response.id"] = f"response-{random_.randrange(4)}"
    shape = random_.randrange(4)
    if shape == 0:
        call = "gen_ai.output.messages.0.message.tool_calls.0.tool_call"
        attributes |= {f"{call}.id": "call_1", f"{call}.function.name": "look_up", f"{call}.function.arguments": "{}"}
        return attributes
    if shape == 1:
        attributes |= {
            "gen_ai.input.messages.1.message.role": "assistant",
            "gen_ai.input.messages.1.message.tool_calls.0.tool_call.id": "call_1",
            "gen_ai.input.messages.2.message.role": "tool",
            "gen_ai.input.messages.2.message.content": "found",
        }
    return attributes | {"gen_ai.output.messages.0.message.content": answer}


def schedule(units: list[Unit], random_: random.Random) -> list[tuple[Unit, ...]]:
    """The same set in another order, with repetitions, cut into requests of any size."""
    order = list(units)
    order += random_.sample(units, random_.randrange(len(units) // 2 + 1))
    style = random_.randrange(4)
    if style == 0:
        order.reverse()
    elif style == 1:
        # Neighbours change places: what retries and parallel exporters do.
        for _ in range(len(order)):
            at = random_.randrange(len(order) - 1)
            order[at], order[at + 1] = order[at + 1], order[at]
    else:
        random_.shuffle(order)
    requests, at = [], 0
    while at < len(order):
        size = random_.choice([1, 1, 2, 5, 20, 200])
        kinds: dict[tuple, list[Unit]] = {}
        for unit in order[at:at + size]:
            kinds.setdefault((unit.signal, unit.project), []).append(unit)
        requests += [tuple(group) for group in kinds.values()]
        at += size
    return requests


def deliver(client: Client, request: tuple[Unit, ...], as_json: bool) -> None:
    signal, project = request[0].signal, request[0].project
    headers = {"x-project-name": project} if project else {}
    body, media = b"".join(unit.message for unit in request), "application/x-protobuf"
    if as_json:
        value = json_format.MessageToDict(MESSAGES[signal].FromString(body))
        body, media = json.dumps(hex_ids(value)).encode(), "application/json"
    answer = client.request("POST", f"/v1/{signal}", body, {"Content-Type": media} | headers)
    assert answer.status == 200, f"{answer.status} {answer.body[:300]!r}"
