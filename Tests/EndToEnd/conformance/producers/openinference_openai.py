from openai import OpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import PROJECT, endpoint, openai_both

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
OpenAIInstrumentor().instrument(tracer_provider=provider)
openai_both(OpenAI(), lambda session, user, metadata: using_attributes(
    session_id=session, user_id=user, metadata=metadata))
provider.shutdown()
