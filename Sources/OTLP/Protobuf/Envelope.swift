/// The levels around a span or log record on their way back out.
enum Envelope {
  /// A ResourceSpans with this span alone.
  static func bytes(_ span: SpanView) -> [UInt8] {
    bytes(span.source, span.resource, span.scope, message: span.ref.message)
  }

  /// A ResourceLogs with this record alone.
  static func bytes(_ log: LogView) -> [UInt8] {
    bytes(log.source, log.resource, log.scope, message: log.ref.message)
  }

  private static func bytes(
    _ view: TelemetryView, _ resource: ResourceRef, _ scope: ScopeRef, message: ByteRange
  ) -> [UInt8] {
    var writer = WireWriter()
    writer.bytes.reserveCapacity(Int(resource.message.count + scope.message.count + message.count) + 256)
    beginResource(&writer, view, resource)
    writer.tag(2, .lengthDelimited)
    let group = writer.begin(room: 2)
    beginScope(&writer, view, scope)
    writer.field(2, view[message])
    writer.end(group, room: 2)
    return writer.bytes
  }

  /// The fields of a ResourceSpans or ResourceLogs but its scopes.
  static func beginResource(
    _ writer: inout WireWriter, _ view: TelemetryView, _ resource: ResourceRef, naming: Bool = true
  ) {
    let message = view[resource.message]
    let project = view[resource.requestProject]
    if !message.isEmpty || (naming && !project.isEmpty) {
      writer.tag(1, .lengthDelimited)
      let start = writer.begin(room: 2)
      writer.bytes.append(contentsOf: message)
      if naming, !project.isEmpty {
        writer.tag(1, .lengthDelimited)
        let attribute = writer.begin()
        writer.field(1, ResourceRef.requestProjectKey)
        writer.tag(2, .lengthDelimited)
        let value = writer.begin()
        writer.field(1, project)
        writer.end(value)
        writer.end(attribute)
      }
      writer.end(start, room: 2)
    }
    if !resource.schemaURL.isEmpty { writer.field(3, view[resource.schemaURL]) }
  }

  /// The fields of a ScopeSpans or ScopeLogs but its spans or records.
  static func beginScope(_ writer: inout WireWriter, _ view: TelemetryView, _ scope: ScopeRef) {
    if !scope.message.isEmpty { writer.field(1, view[scope.message]) }
    if !scope.schemaURL.isEmpty { writer.field(3, view[scope.schemaURL]) }
  }
}
