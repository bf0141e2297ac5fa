/// Which signal the elements of an export request belong to.
package enum RequestSignal: Sendable {
  case traces, logs, metrics
}

extension RequestSignal {
  /// Guesses the signal of a ResourceSpans, ResourceLogs or ResourceMetrics message, which look alike down to what is
  /// third from the outside. nil: it holds nothing that tells.
  /// Source: opentelemetry-proto 1.9: trace.proto, logs.proto, metrics.proto.
  package init?(ofResource bytes: UnsafeRawBufferPointer) {
    var group = WireReader(bytes)
    while !group.isAtEnd {
      guard let tag = try? group.tag() else { return nil }
      guard tag == 0x12 else {
        guard (try? group.skip(tag)) != nil else { return nil }
        continue
      }
      guard let scopes = try? group.lengthDelimited() else { return nil }
      var scope = WireReader(bytes, scopes)
      while !scope.isAtEnd {
        guard let tag = try? scope.tag() else { return nil }
        guard tag == 0x12 else {
          guard (try? scope.skip(tag)) != nil else { return nil }
          continue
        }
        guard let item = try? scope.lengthDelimited() else { return nil }
        if let signal = Self(ofItem: WireReader(bytes, item)) {
          self = signal
          return
        }
      }
    }
    return nil
  }

  /// A Span begins with two IDs as bytes, a LogRecord with a time or with its IDs as fields 9 and 10, a Metric with its
  /// name and one of its data as fields 5 to 11.
  private init?(ofItem item: WireReader) {
    var item = item
    var hasTraceID = false
    while !item.isAtEnd {
      guard let tag = try? item.tag() else { return nil }
      if tag & 7 == WireType.lengthDelimited.rawValue {
        guard let value = try? item.lengthDelimited() else { return nil }
        switch (tag >> 3, value.count) {
        case (1, 16): hasTraceID = true
        case (2, 8) where hasTraceID:
          self = .traces
          return
        case (9, 16):
          self = .logs
          return
        default: break
        }
        continue
      }
      if tag == 1 << 3 | 1 || tag == 11 << 3 | 1 {
        self = .logs
        return
      }
      // A Span's times.
      if tag == 7 << 3 | 1 || tag == 8 << 3 | 1 {
        self = .traces
        return
      }
      guard (try? item.skip(tag)) != nil else { return nil }
    }
    self = .metrics
  }
}
