package import JSON

/// Stored telemetry as a request again. Messages are copied as they were sent, unknown fields included.
///
/// Spans and records keep the order of their tables; neighbours with the same resource, then the same scope, share one
/// ResourceSpans and ScopeSpans. Two protobuf requests joined are one request.
package enum ExportRequest {
  /// An ExportTraceServiceRequest. `namesProjects`: a project that a request header named becomes the resource
  /// attribute `steno.request.project`, which an import reads back and strips.
  package static func traces(_ view: TelemetryView, namesProjects: Bool = true) -> [UInt8] {
    build(view, view.spans.map { Item($0.resource, $0.scope, $0.message) }, namesProjects).flatMap { group in
      framed(group)
    }
  }

  /// An ExportLogsServiceRequest.
  package static func logs(_ view: TelemetryView, namesProjects: Bool = true) -> [UInt8] {
    build(view, view.logs.map { Item($0.resource, $0.scope, $0.message) }, namesProjects).flatMap { group in
      framed(group)
    }
  }

  /// The elements of `resourceSpans` in OTLP/JSON, for an array that the caller has begun. Unknown fields have no place
  /// in JSON, invalid UTF-8 becomes U+FFFD.
  package static func writeResourceSpans(
    _ view: TelemetryView, to writer: inout JSONWriter, namesProjects: Bool = true
  ) throws(OTLPDecodingError) {
    for group in build(view, view.spans.map { Item($0.resource, $0.scope, $0.message) }, namesProjects) {
      try JSONRendering.write(group, .resourceSpans, to: &writer)
    }
  }

  /// The elements of `resourceLogs`, likewise.
  package static func writeResourceLogs(
    _ view: TelemetryView, to writer: inout JSONWriter, namesProjects: Bool = true
  ) throws(OTLPDecodingError) {
    for group in build(view, view.logs.map { Item($0.resource, $0.scope, $0.message) }, namesProjects) {
      try JSONRendering.write(group, .resourceLogs, to: &writer)
    }
  }

  /// An ExportTraceServiceRequest in OTLP/JSON.
  package static func tracesJSON(
    _ view: TelemetryView, namesProjects: Bool = true
  ) throws(OTLPDecodingError) -> [UInt8] {
    var writer = JSONWriter(capacity: view.bytes.count * 2)
    writer.beginObject()
    writer.key("resourceSpans")
    writer.beginArray()
    try writeResourceSpans(view, to: &writer, namesProjects: namesProjects)
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  /// An ExportLogsServiceRequest in OTLP/JSON.
  package static func logsJSON(
    _ view: TelemetryView, namesProjects: Bool = true
  ) throws(OTLPDecodingError) -> [UInt8] {
    var writer = JSONWriter(capacity: view.bytes.count * 2)
    writer.beginObject()
    writer.key("resourceLogs")
    writer.beginArray()
    try writeResourceLogs(view, to: &writer, namesProjects: namesProjects)
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private struct Item {
    var resource: Int
    var scope: Int
    var message: ByteRange

    init(_ resource: Int, _ scope: Int, _ message: ByteRange) {
      self.resource = resource
      self.scope = scope
      self.message = message
    }
  }

  /// ResourceSpans or ResourceLogs messages.
  private static func build(_ view: TelemetryView, _ items: [Item], _ namesProjects: Bool) -> [[UInt8]] {
    var groups: [[UInt8]] = []
    var rest = items[...]
    while let first = rest.first {
      var writer = WireWriter()
      Envelope.beginResource(&writer, view, view.resources[first.resource], naming: namesProjects)
      while let next = rest.first, next.resource == first.resource {
        writer.tag(2, .lengthDelimited)
        let group = writer.begin(room: 3)
        Envelope.beginScope(&writer, view, view.scopes[next.scope])
        while let item = rest.first, item.resource == first.resource, item.scope == next.scope {
          writer.field(2, view[item.message])
          rest.removeFirst()
        }
        writer.end(group, room: 3)
      }
      groups.append(writer.bytes)
    }
    return groups
  }

  private static func framed(_ group: [UInt8]) -> [UInt8] {
    var writer = WireWriter()
    group.withUnsafeBytes { writer.field(1, $0) }
    return writer.bytes
  }
}
