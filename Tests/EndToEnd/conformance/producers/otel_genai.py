"""The GenAI instrumentation of OpenTelemetry; the session stands on a span of the application above the model call."""

import contextlib
import os

from openai import OpenAI
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import PROJECT, endpoint, openai_both

if os.environ.get("STANDARD_PACKAGE") == "genai":
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
else:
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

resource = Resource.create({"service.name": PROJECT})
provider = TracerProvider(resource=resource)
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint("/v1/logs"))))
set_logger_provider(logs)
OpenAIInstrumentor().instrument(tracer_provider=provider, logger_provider=logs)
tracer = provider.get_tracer("chat")


@contextlib.contextmanager
def turn(session, user, metadata):
    with tracer.start_as_current_span("turn", attributes={"session.id": session, "user.id": user}):
        yield


openai_both(OpenAI(), turn)
logs.shutdown()
provider.shutdown()
