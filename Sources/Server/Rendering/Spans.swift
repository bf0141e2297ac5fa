import Conversations
import JSON
import OTLP
import Store
import Telemetry

extension JSONWriter {
  /// What a row of spans and the whole span share.
  mutating func members(_ span: SpanView, _ facts: SpanFacts?) {
    member("span_id", span.ref.spanID.hex)
    member("parent_span_id", span.ref.parentSpanID?.hex)
    member("name", span.name)
    member("kind", (facts?.kind ?? .other).name)
    member("span_kind", SpanWords.kind(span.ref.kind))
    times(span.ref.startTime, span.ref.endTime)
    key("status")
    beginObject()
    member("code", SpanWords.status(span.ref.statusCode))
    member("message", span.source.text(span.ref.statusMessage))
    endObject()
    member("model", facts?.model)
    member("tokens", facts?.tokens)
    member("cost_usd", facts?.cost)
  }

  /// The fields of the OTLP message that the row does not have.
  mutating func details(_ span: SpanView, depthMax: Int) {
    let view = span.source
    member("attributes", span.attributes, in: view, depthMax: depthMax)
    events(span, depthMax: depthMax)
    links(span, depthMax: depthMax)
    key("resource")
    beginObject()
    member("attributes", span.resourceAttributes, in: view, depthMax: depthMax)
    member("dropped_attributes_count", Int64(span.resourceDroppedAttributesCount))
    member("schema_url", view.text(span.resource.schemaURL))
    member("request_project", span.resource.requestProject.isEmpty ? nil : view.text(span.resource.requestProject))
    endObject()
    key("scope")
    beginObject()
    member("name", view.text(span.scope.name))
    member("version", view.text(span.scope.version))
    member("attributes", view.attributes[span.scope.attributes], in: view, depthMax: depthMax)
    member("dropped_attributes_count", Int64(span.scopeDroppedAttributesCount))
    member("schema_url", view.text(span.scope.schemaURL))
    endObject()
    member("trace_state", view.text(span.ref.traceState))
    member("flags", Int64(span.ref.flags))
    member("dropped_attributes_count", Int64(span.ref.droppedAttributesCount))
    member("dropped_events_count", Int64(span.ref.droppedEventsCount))
    member("dropped_links_count", Int64(span.ref.droppedLinksCount))
  }

  /// Log records that name the span.
  mutating func logs(_ logs: [LogView], depthMax: Int) {
    key("logs")
    beginArray()
    for log in logs {
      beginObject()
      member("time", log.ref.time)
      member("event_name", log.source.text(log.ref.eventName))
      key("body")
      value(AttributeValue(log.ref.body, in: log.source, depthMax: depthMax))
      member("attributes", log.attributes, in: log.source, depthMax: depthMax)
      endObject()
    }
    endArray()
  }

  private mutating func events(_ span: SpanView, depthMax: Int) {
    key("events")
    beginArray()
    for event in span.events {
      beginObject()
      member("name", event.name)
      member("time", event.time)
      member("attributes", event.attributes, in: event.source, depthMax: depthMax)
      member("dropped_attributes_count", Int64(event.droppedAttributesCount))
      endObject()
    }
    endArray()
  }

  private mutating func links(_ span: SpanView, depthMax: Int) {
    key("links")
    beginArray()
    for link in span.links {
      beginObject()
      member("trace_id", link.traceID?.hex)
      member("span_id", link.spanID?.hex)
      member("trace_state", link.traceState)
      member("flags", Int64(link.flags))
      member("attributes", link.attributes, in: link.source, depthMax: depthMax)
      member("dropped_attributes_count", Int64(link.droppedAttributesCount))
      endObject()
    }
    endArray()
  }
}
