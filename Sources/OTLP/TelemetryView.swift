/// Borrowed access to a decoded request while its bytes and tables are pinned: pointers only, so that handing a view
/// on costs no reference counting. It must not outlive the closure that it is passed to.
package struct TelemetryView {
  package let bytes: UnsafeRawBufferPointer
  package let resources: UnsafeBufferPointer<ResourceRef>
  package let scopes: UnsafeBufferPointer<ScopeRef>
  package let spans: UnsafeBufferPointer<SpanRef>
  package let logs: UnsafeBufferPointer<LogRef>
  package let attributes: UnsafeBufferPointer<AttributeRef>
  package let messages: UnsafeBufferPointer<ByteRange>

  package func span(_ index: Int) -> SpanView { SpanView(source: self, ref: spans[index]) }

  package func log(_ index: Int) -> LogView { LogView(source: self, ref: logs[index]) }

  /// The bytes of a range. A range that does not lie in the body (none does) reads as empty.
  package subscript(_ range: ByteRange) -> UnsafeRawBufferPointer {
    guard range.range.upperBound <= bytes.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[range.range])
  }

  /// The text of a range; invalid UTF-8 is repaired with U+FFFD.
  package func text(_ range: ByteRange) -> String { String(decoding: self[range], as: UTF8.self) }

  fileprivate func attributes(_ range: Range<Int>) -> UnsafeBufferPointer<AttributeRef> {
    UnsafeBufferPointer(rebasing: attributes[range])
  }
}

/// One span of a `TelemetryView`.
package struct SpanView {
  package let source: TelemetryView
  package let ref: SpanRef

  package var attributes: UnsafeBufferPointer<AttributeRef> { source.attributes(ref.attributes) }
  package var resource: ResourceRef { source.resources[ref.resource] }
  package var resourceAttributes: UnsafeBufferPointer<AttributeRef> { source.attributes(resource.attributes) }
  package var scope: ScopeRef { source.scopes[ref.scope] }
  package var name: String { source.text(ref.name) }
}

/// One log record of a `TelemetryView`.
package struct LogView {
  package let source: TelemetryView
  package let ref: LogRef

  package var attributes: UnsafeBufferPointer<AttributeRef> { source.attributes(ref.attributes) }
  package var resource: ResourceRef { source.resources[ref.resource] }
  package var scope: ScopeRef { source.scopes[ref.scope] }
}

extension DecodedTelemetry {
  /// Pins body and tables while `use` runs. The view must not leave it.
  package func withView<Result>(_ use: (TelemetryView) throws -> Result) rethrows -> Result {
    try body.withUnsafeBytes { bytes in
      try resources.withUnsafeBufferPointer { resources in
        try scopes.withUnsafeBufferPointer { scopes in
          try spans.withUnsafeBufferPointer { spans in
            try logs.withUnsafeBufferPointer { logs in
              try attributes.withUnsafeBufferPointer { attributes in
                try messages.withUnsafeBufferPointer { messages in
                  try use(
                    TelemetryView(
                      bytes: bytes, resources: resources, scopes: scopes, spans: spans, logs: logs,
                      attributes: attributes, messages: messages))
                }
              }
            }
          }
        }
      }
    }
  }
}
