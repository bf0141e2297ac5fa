/// How a Span message stands once it is taken apart: three runs of bytes.
/// - *shape*: a token (varint) for each step: `form | key << 4`, the key being a place in the block's table of keys.
/// - *values*: what the forms below say.
/// - *texts*: the long values, one behind the other.
///
/// Spans of one kind have the same shape, and their values lie side by side without their keys between them: that
/// compresses, and unpacks, far better than the messages do. A KeyValue is taken apart only if it is written as every
/// exporter writes it (key, then value, lengths as short as can be): then it is known how it was written, and comes
/// back byte for byte. Everything else stays as it was sent.
enum SplitForm: UInt8 {
  /// Fields as sent. Values: their length, they.
  case raw = 0
  /// An attribute as sent, its tag included. Values: its length, it.
  case rawAttribute = 1
  /// An Event that is taken apart, and its end.
  case eventBegin = 2
  case eventEnd = 3
  /// Attributes with a key. Values: the string's length, it.
  case string = 4
  /// Values: the varint as sent.
  case int = 5
  case bool = 6
  /// Values: 8 bytes.
  case double = 7
  /// Values: the length of the AnyValue, it.
  case any = 8
  /// Attributes whose value stands in the texts. Values: its length.
  case cutString = 9
  case cutBytes = 10
  case cutArray = 11
  case cutList = 12

  /// Of the member of AnyValue.
  var tag: UInt8 {
    switch self {
    case .string, .cutString: 0x0A
    case .bool: 0x10
    case .int: 0x18
    case .double: 0x21
    case .cutArray: 0x2A
    case .cutList: 0x32
    case .cutBytes: 0x3A
    case .raw, .rawAttribute, .eventBegin, .eventEnd, .any: 0
    }
  }
}

/// The bytes of one message in each of the three runs.
package struct SplitSizes: Sendable {
  package var shape = 0
  package var values = 0
  package var texts = 0
  /// A value that is kept up to a bound was longer and stands in the texts.
  package var cutsKept = false
}

/// From how many bytes on the values of a key stand in the texts.
package struct CutRule: Sendable {
  package var bytesMin: Int
  /// The values matter to those that read no texts.
  package var isKept: Bool

  package init(bytesMin: Int, isKept: Bool) {
    self.bytesMin = bytesMin
    self.isKept = isKept
  }
}

/// A step of a shape, for who does not join the message.
package enum SplitToken {
  /// Of an attribute whose value stands in the texts: the place of its key; nil for every other step.
  package static func keyOfCutValue(_ token: Int) -> Int? {
    switch SplitForm(rawValue: UInt8(token & 15)) {
    case .cutString, .cutBytes, .cutArray, .cutList: token >> 4
    case .raw, .rawAttribute, .eventBegin, .eventEnd, .string, .int, .bool, .double, .any, nil: nil
    }
  }
}
