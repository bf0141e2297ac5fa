package import Telemetry

/// One Event of a span.
package struct EventView {
  package let source: TelemetryView
  package private(set) var time = UnixNanoseconds(0)
  package private(set) var nameRange = ByteRange.empty
  package private(set) var attributes: [AttributeRef] = []
  package private(set) var droppedAttributesCount: UInt32 = 0

  package var name: String { source.text(nameRange) }

  package init(_ source: TelemetryView, _ message: ByteRange) {
    self.source = source
    var reader = WireReader(source.bytes, message)
    do {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 0x09: time = UnixNanoseconds(try reader.fixed64())
        case 0x12: nameRange = try reader.lengthDelimited()
        case 0x1A: attributes.append(MessageReading.attribute(source.bytes, try reader.lengthDelimited()))
        case 0x20: droppedAttributesCount = UInt32(truncatingIfNeeded: try reader.varint())
        default: try reader.skip(tag)
        }
      }
    } catch {}  // The message was read through when its span was decoded.
  }
}

/// One Link of a span.
package struct LinkView {
  package let source: TelemetryView
  /// nil: left out, all zero, or of another length.
  package private(set) var traceID: TraceID?
  package private(set) var spanID: SpanID?
  package private(set) var traceStateRange = ByteRange.empty
  package private(set) var attributes: [AttributeRef] = []
  package private(set) var droppedAttributesCount: UInt32 = 0
  /// As `SpanRef.flags`.
  package private(set) var flags: UInt32 = 0

  package var traceState: String { source.text(traceStateRange) }

  package init(_ source: TelemetryView, _ message: ByteRange) {
    self.source = source
    var reader = WireReader(source.bytes, message)
    do {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 0x0A: traceID = source.bytes.traceID(try reader.lengthDelimited())
        case 0x12: spanID = source.bytes.spanID(try reader.lengthDelimited())
        case 0x1A: traceStateRange = try reader.lengthDelimited()
        case 0x22: attributes.append(MessageReading.attribute(source.bytes, try reader.lengthDelimited()))
        case 0x28: droppedAttributesCount = UInt32(truncatingIfNeeded: try reader.varint())
        case 0x35: flags = try reader.fixed32()
        default: try reader.skip(tag)
        }
      }
    } catch {}  // The message was read through when its span was decoded.
  }
}

extension SpanView {
  /// In the order they were sent.
  package var events: [EventView] { messages(ref.events).map { EventView(source, $0) } }

  package var links: [LinkView] { messages(ref.links).map { LinkView(source, $0) } }

  /// `dropped_attributes_count` of its resource, and of its scope.
  package var resourceDroppedAttributesCount: UInt32 { last(0x10, of: resource.message) }
  package var scopeDroppedAttributesCount: UInt32 { last(0x20, of: scope.message) }

  /// The last number that stands in a message under a tag; 0 for none.
  private func last(_ wanted: UInt32, of message: ByteRange) -> UInt32 {
    var number: UInt64 = 0
    var reader = WireReader(source.bytes, message)
    do {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        if tag == wanted { number = try reader.varint() } else { try reader.skip(tag) }
      }
    } catch {}  // The message was read through when its span was decoded.
    return UInt32(truncatingIfNeeded: number)
  }

  private func messages(_ range: Range<Int>) -> [ByteRange] {
    range.clamped(to: source.messages.indices).map { source.messages[$0] }
  }
}
