/// The messages of OTLP that Steno reads. Source: opentelemetry-proto 1.11, `opentelemetry/proto/**`.
enum MessageType: UInt8, CaseIterable {
  case traceRequest, resourceSpans, scopeSpans, span, event, link, status
  case logRequest, resourceLogs, scopeLogs, logRecord
  case resource, entityRef, scope, keyValue, anyValue, arrayValue, keyValueList
  case metricRequest, resourceMetrics, scopeMetrics, metric, gauge, sum, histogram, exponentialHistogram, summary
  case numberPoint, histogramPoint, exponentialPoint, buckets, summaryPoint, quantile, exemplar
}

/// How a field's values look on the wire and in JSON.
enum FieldType {
  case string, bytes
  /// `bytes` that JSON has in hexadecimal.
  case traceID, spanID
  case bool, int64, uint32, uint64, sint32, fixed32, fixed64, sfixed64, double
  case enumeration(EnumerationType)
  case message(MessageType)
}

enum EnumerationType {
  case spanKind, statusCode, severityNumber, aggregationTemporality
}

/// One field of a message. Trivially copied: names are static.
struct Field {
  enum Presence {
    /// Left out when it has its type's default value.
    case implicit
    /// Sent also with its default value: a member of a oneof, or `optional`.
    case explicit
    case repeated
  }

  let number: UInt32
  /// As OTLP/JSON spells it.
  let name: StaticString
  /// As the .proto file spells it.
  let protoName: StaticString
  let type: FieldType
  let presence: Presence
  /// Of the members of a oneof only the last one sent counts.
  let isInOneof: Bool

  init(
    _ number: UInt32, _ name: StaticString, _ protoName: StaticString, _ type: FieldType,
    _ presence: Presence = .implicit, oneof: Bool = false
  ) {
    self.number = number
    self.name = name
    self.protoName = protoName
    self.type = type
    self.presence = oneof ? .explicit : presence
    isInOneof = oneof
  }

  var wireType: WireType {
    switch type {
    case .string, .bytes, .traceID, .spanID, .message: .lengthDelimited
    case .bool, .int64, .uint32, .uint64, .sint32, .enumeration: .varint
    case .fixed32: .fixed32
    case .fixed64, .sfixed64, .double: .fixed64
    }
  }
}

/// The fields of every message in one flat table, so that looking one up neither allocates nor counts references.
struct Schema: Sendable {
  private let fields: [Field]
  private let numbers: [UInt32]
  private let ranges: [Range<Int>]

  static let otlp = Schema()

  private init() {
    var fields: [Field] = []
    var ranges: [Range<Int>] = []
    for type in MessageType.allCases {
      let start = fields.count
      fields += type.fields
      ranges.append(start..<fields.count)
    }
    self.fields = fields
    numbers = fields.map(\.number)
    self.ranges = ranges
  }

  /// The fields of a message, ordered by number, as indices of `subscript`.
  func range(of type: MessageType) -> Range<Int> { ranges[Int(type.rawValue)] }

  subscript(index: Int) -> Field { fields[index] }

  /// The index of a field.
  func index(of number: UInt32, in type: MessageType) -> Int? {
    for index in range(of: type) where numbers[index] == number { return index }
    return nil
  }

  func field(_ number: UInt32, of type: MessageType) -> Field? { index(of: number, in: type).map { fields[$0] } }
}

extension Field: Sendable {}
extension Field.Presence: Sendable {}
extension FieldType: Sendable {}
extension EnumerationType: Sendable {}
