import Compression
import OTLP

/// One element of `resourceSpans`, `resourceLogs` or `resourceMetrics`, and where it began.
struct ImportElement {
  var signal: RequestSignal
  var isJSON: Bool
  /// JSON: the object; protobuf: the field with its tag and length.
  var bytes: [UInt8]
  var place: String
}

/// The elements of a file, one after another. What kind of file it is its content tells.
struct ImportElements {
  private enum Form {
    case json(JSONElements)
    case protobuf(ProtobufElements)
    /// The Collector's file exporter in every form but plain JSON: messages behind their lengths.
    case framed
  }

  private var form: Form?
  private var window: ByteWindow
  private let name: String
  /// Bytes of one element, or of one framed message, at the most.
  static let elementBytesMax = 64 << 20

  init(_ file: ImportFile) throws(CommandFailure) {
    name = file.name
    window = try ByteWindow(file)
    // A mark of UTF-8, as some editors put it.
    if try window.peek(0) == 0xEF, try window.peek(1) == 0xBB, try window.peek(2) == 0xBF { _ = window.take(3) }
    guard let first = try window.peek() else { return }
    // A line end is a protobuf tag, too.
    let second = try window.peek(1)
    let third = try window.peek(2)
    let looksLikeJSON = second == UInt8(ascii: "{") && Self.isSpaceOrQuote(third)
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x1E:
      form = .json(JSONElements(window, name))
    case 0x0A where looksLikeJSON:
      form = .json(JSONElements(window, name))
    case 0x0A: form = .protobuf(ProtobufElements(window, name))
    // A length below 64 MiB.
    case 0...3: form = .framed
    default:
      throw CommandFailure(
        "\(name): this is neither OTLP JSON, nor OTLP protobuf, nor a file of the Collector's file exporter")
    }
  }

  /// nil: that was the last one.
  mutating func next() throws(CommandFailure) -> ImportElement? {
    switch form {
    case nil: return nil
    case .json(var elements):
      form = nil
      defer { form = .json(elements) }
      return try elements.next()
    case .protobuf(var elements):
      form = nil
      defer { form = .protobuf(elements) }
      return try elements.next()
    case .framed:
      while true {
        if let element = try inner?.next() { return element }
        guard let message = try frame() else { return nil }
        inner = try Inner(message.bytes, "\(name): message at byte \(message.offset)")
      }
    }
  }

  /// The elements of a framed message.
  private enum Inner {
    case json(JSONElements)
    case protobuf(ProtobufElements)

    init(_ bytes: [UInt8], _ name: String) throws(CommandFailure) {
      if bytes.first == UInt8(ascii: "{") {
        self = .json(JSONElements(ByteWindow(bytes), name))
      } else {
        self = .protobuf(ProtobufElements(ByteWindow(bytes), name))
      }
    }

    mutating func next() throws(CommandFailure) -> ImportElement? {
      switch self {
      case .json(var elements):
        defer { self = .json(elements) }
        return try elements.next()
      case .protobuf(var elements):
        defer { self = .protobuf(elements) }
        return try elements.next()
      }
    }
  }

  private var inner: Inner?

  /// Source: opentelemetry-collector-contrib, exporter/fileexporter/README.md, "File Format".
  private mutating func frame() throws(CommandFailure) -> (bytes: [UInt8], offset: Int)? {
    let offset = window.offset
    guard try window.peek() != nil else { return nil }
    guard try window.peek(3) != nil else {
      throw CommandFailure("\(name): the file ends amid a length, at byte \(offset)")
    }
    let count = window.take(4).reduce(0) { $0 << 8 | Int($1) }
    guard count <= Self.elementBytesMax else {
      throw CommandFailure("\(name): the message at byte \(offset) is longer than \(Self.elementBytesMax) bytes")
    }
    if count == 0 { return ([], offset) }
    guard try window.peek(count - 1) != nil else {
      throw CommandFailure("\(name): the file ends amid the message at byte \(offset)")
    }
    let bytes = Array(window.take(count))
    guard bytes.withUnsafeBytes({ ContentStream.encoding(of: $0) }) == .zstd else { return (bytes, offset) }
    do throws(CompressionError) {
      return (try ContentEncoding.zstd.decompress(bytes, limit: Self.elementBytesMax), offset)
    } catch {
      throw CommandFailure("\(name): the message at byte \(offset): \(error)")
    }
  }

  private static func isSpaceOrQuote(_ byte: UInt8?) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
  }
}

/// The elements of protobuf requests: of one, or of several joined.
struct ProtobufElements {
  private var window: ByteWindow
  private let name: String
  private var signal: RequestSignal?

  init(_ window: ByteWindow, _ name: String) {
    self.window = window
    self.name = name
  }

  mutating func next() throws(CommandFailure) -> ImportElement? {
    if try window.peek() != nil {
      let offset = window.offset
      let place = "\(name): byte \(offset)"
      guard let (tag, tagBytes) = try varint(at: 0), tag == 0x0A, let (length, lengthBytes) = try varint(at: tagBytes)
      else { throw CommandFailure("\(place): this is no OTLP protobuf") }
      let head = tagBytes + lengthBytes
      guard length <= UInt64(ImportElements.elementBytesMax) else {
        throw CommandFailure("\(place): a message is longer than \(ImportElements.elementBytesMax) bytes")
      }
      let count = head + Int(length)
      guard try window.peek(count - 1) != nil else { throw CommandFailure("\(place): the file ends amid a message") }
      let bytes = Array(window.take(count))
      signal =
        bytes.withUnsafeBytes { RequestSignal(ofResource: UnsafeRawBufferPointer(rebasing: $0[head...])) } ?? signal
      // Where nothing tells, the decoder finds nothing, or what is wrong.
      return ImportElement(signal: signal ?? .traces, isJSON: false, bytes: bytes, place: place)
    }
    return nil
  }

  /// A varint so many bytes behind the next one, and how many it takes; nil if there is none.
  private mutating func varint(at distance: Int) throws(CommandFailure) -> (UInt64, Int)? {
    var value: UInt64 = 0
    for index in 0..<5 {
      guard let byte = try window.peek(distance + index) else { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 { return (value, index + 1) }
    }
    return nil
  }
}
