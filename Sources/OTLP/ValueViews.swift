package import Telemetry

/// The values of an ArrayValue, read one after the other. A malformed rest, which decoding lets nowhere in, is left out.
package struct ArrayElements: Sequence, IteratorProtocol {
  private var messages: ElementMessages

  /// Empty for a value that is no array.
  package init(_ value: ValueRef, in view: TelemetryView) {
    messages = ElementMessages(view, value.kind == .array ? value.range : .empty)
  }

  package mutating func next() -> ValueRef? {
    guard let message = messages.next() else { return nil }
    return MessageReading.value(messages.bytes, message)
  }
}

/// The entries of a KeyValueList, in their order, repeated keys included.
package struct KeyValueEntries: Sequence, IteratorProtocol {
  private var messages: ElementMessages

  /// Empty for a value that is no list.
  package init(_ value: ValueRef, in view: TelemetryView) {
    messages = ElementMessages(view, value.kind == .keyValueList ? value.range : .empty)
  }

  package mutating func next() -> AttributeRef? {
    guard let message = messages.next() else { return nil }
    return MessageReading.attribute(messages.bytes, message)
  }
}

extension AttributeValue {
  /// The whole value, owned. What is nested deeper than `depthMax` levels is `none`; decoding has refused it.
  package init(_ ref: ValueRef, in view: TelemetryView, depthMax: Int) {
    guard depthMax > 0 else {
      self = .none
      return
    }
    switch ref.kind {
    case .none: self = .none
    case .string: self = .string(view.text(ref.range))
    case .bool: self = .bool(ref.bits != 0)
    case .int: self = .int(Int64(bitPattern: ref.bits))
    case .double: self = .double(Double(bitPattern: ref.bits))
    case .bytes: self = .bytes(Array(view[ref.range]))
    case .array:
      self = .array(
        ArrayElements(ref, in: view).map { AttributeValue($0, in: view, depthMax: depthMax - 1) })
    case .keyValueList:
      self = .keyValueList(
        KeyValueEntries(ref, in: view).map {
          (view.text($0.key), AttributeValue($0.value, in: view, depthMax: depthMax - 1))
        })
    }
  }
}

/// The occurrences of field 1 of an ArrayValue or KeyValueList.
private struct ElementMessages {
  private var reader: WireReader
  var bytes: UnsafeRawBufferPointer { reader.bytes }

  init(_ view: TelemetryView, _ range: ByteRange) { reader = WireReader(view.bytes, range) }

  mutating func next() -> ByteRange? {
    do {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        if tag == 0x0A { return try reader.lengthDelimited() }
        try reader.skip(tag)
      }
    } catch {}
    return nil
  }
}

/// Reads single messages of a body that was decoded before. Of what could not be read, what came first stays.
enum MessageReading {
  static func attribute(_ bytes: UnsafeRawBufferPointer, _ message: ByteRange) -> AttributeRef {
    var ref = AttributeRef(key: .empty, value: .none)
    var reader = WireReader(bytes, message)
    do {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 0x0A: ref.key = try reader.lengthDelimited()
        case 0x12: ref.value = value(bytes, try reader.lengthDelimited())
        default: try reader.skip(tag)
        }
      }
    } catch {}
    return ref
  }

  /// The last member of the oneof wins.
  static func value(_ bytes: UnsafeRawBufferPointer, _ message: ByteRange) -> ValueRef {
    var ref = ValueRef.none
    var reader = WireReader(bytes, message)
    do {
      while !reader.isAtEnd {
        let tag = try reader.tag()
        switch tag {
        case 0x0A: ref = ValueRef(kind: .string, bits: 0, range: try reader.lengthDelimited())
        case 0x10: ref = ValueRef(kind: .bool, bits: try reader.varint() == 0 ? 0 : 1, range: .empty)
        case 0x18: ref = ValueRef(kind: .int, bits: try reader.varint(), range: .empty)
        case 0x21: ref = ValueRef(kind: .double, bits: try reader.fixed64(), range: .empty)
        case 0x2A: ref = ValueRef(kind: .array, bits: 0, range: try reader.lengthDelimited())
        case 0x32: ref = ValueRef(kind: .keyValueList, bits: 0, range: try reader.lengthDelimited())
        case 0x3A: ref = ValueRef(kind: .bytes, bits: 0, range: try reader.lengthDelimited())
        default: try reader.skip(tag)
        }
      }
    } catch {}
    return ref
  }
}
