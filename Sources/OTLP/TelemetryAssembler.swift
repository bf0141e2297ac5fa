package import Telemetry

/// Builds a `DecodedTelemetry` out of single messages, as the store reads them back from its blocks.
///
/// The messages lie in the body: either in the bytes that it begins with, or appended. A resource or scope is added
/// before the spans and records that name its index. Messages were valid when stored; corrupt ones throw.
package struct TelemetryAssembler {
  private var body: [UInt8]
  private var tables: TelemetryTables

  package init(body: [UInt8] = [], limits: Limits) {
    self.body = body
    tables = TelemetryTables(limits: limits, isBounded: false)
  }

  package var spanCount: Int { tables.spans.count }

  /// Makes room for so many spans without long texts.
  package mutating func reserve(spans: Int) {
    body.reserveCapacity(spans * 1_024)
    tables.spans.reserveCapacity(spans)
    tables.attributes.reserveCapacity(spans * 32)
  }

  /// Copies bytes behind the body; returns where they lie.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
    // What a walk puts behind the body must be part of it before the body grows.
    settle()
    let offset = body.count
    body.append(contentsOf: bytes)
    return ByteRange(offset: offset, count: bytes.count)
  }

  /// Adds a Resource message; returns its index.
  package mutating func addResource(
    _ message: ByteRange, schemaURL: ByteRange, requestProject: ByteRange
  ) throws(OTLPDecodingError) -> Int {
    try check(message, schemaURL, requestProject)
    settle()
    var ref = try walk { bytes, tables throws(OTLPDecodingError) in try tables.resource(bytes, MessageParts(message)) }
    ref.schemaURL = schemaURL
    ref.requestProject = requestProject
    tables.resources.append(ref)
    return tables.resources.count - 1
  }

  /// Adds an InstrumentationScope message; returns its index.
  package mutating func addScope(
    _ message: ByteRange, schemaURL: ByteRange
  ) throws(OTLPDecodingError) -> Int {
    try check(message, schemaURL)
    settle()
    var ref = try walk { bytes, tables throws(OTLPDecodingError) in try tables.scope(bytes, MessageParts(message)) }
    ref.schemaURL = schemaURL
    tables.scopes.append(ref)
    return tables.scopes.count - 1
  }

  /// Adds a Span message.
  package mutating func addSpan(_ message: ByteRange, resource: Int, scope: Int) throws(OTLPDecodingError) {
    try check(message, resource: resource, scope: scope)
    settle()
    let fault = try walk { bytes, tables throws(OTLPDecodingError) in
      try tables.span(bytes, message, resource: resource, scope: scope)
    }
    if fault != nil { throw OTLPDecodingError(.invalidIdentifier, at: message.range.lowerBound) }
  }

  /// Adds a LogRecord message.
  package mutating func addLog(_ message: ByteRange, resource: Int, scope: Int) throws(OTLPDecodingError) {
    try check(message, resource: resource, scope: scope)
    settle()
    try walk { bytes, tables throws(OTLPDecodingError) in
      try tables.log(bytes, message, resource: resource, scope: scope)
    }
  }

  package consuming func finish() -> DecodedTelemetry { tables.telemetry(body: body) }

  private mutating func settle() {
    guard !tables.tail.isEmpty else { return }
    body.append(contentsOf: tables.tail)
    tables.tail.removeAll()
  }

  private func check(_ ranges: ByteRange...) throws(OTLPDecodingError) {
    for range in ranges where range.range.upperBound > body.count + tables.tail.count {
      throw OTLPDecodingError(.truncated, at: range.range.lowerBound)
    }
  }

  private func check(_ message: ByteRange, resource: Int, scope: Int) throws(OTLPDecodingError) {
    try check(message)
    guard tables.resources.indices.contains(resource), tables.scopes.indices.contains(scope) else {
      throw OTLPDecodingError(.truncated, at: message.range.lowerBound)
    }
  }

  private mutating func walk<Result>(
    _ step: (UnsafeRawBufferPointer, inout TelemetryTables) throws(OTLPDecodingError) -> Result
  ) throws(OTLPDecodingError) -> Result {
    // A second reference to the body for the time of the walk, since `tables` is changed meanwhile.
    let body = body
    return try body.withBytes { bytes throws(OTLPDecodingError) in try step(bytes, &tables) }
  }
}
