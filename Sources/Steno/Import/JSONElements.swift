import OTLP

/// The elements of OTLP/JSON: of one document, of lines, or of documents behind one another. Only their outline is read
/// here; what an element holds the decoder judges.
struct JSONElements {
  private var window: ByteWindow
  private let name: String
  private var isInDocument = false
  /// The list that is read.
  private var signal: RequestSignal?

  init(_ window: ByteWindow, _ name: String) {
    self.window = window
    self.name = name
  }

  mutating func next() throws(CommandFailure) -> ImportElement? {
    while let byte = try nextByte() {
      if let signal {
        switch byte {
        case UInt8(ascii: ","): _ = window.take(1)
        case UInt8(ascii: "]"):
          _ = window.take(1)
          self.signal = nil
        case UInt8(ascii: "{"):
          let place = "\(name): line \(window.line), byte \(window.offset)"
          return ImportElement(signal: signal, isJSON: true, bytes: try value(), place: place)
        default: throw unexpected("an object or the end of a list")
        }
      } else if isInDocument {
        switch byte {
        case UInt8(ascii: ","): _ = window.take(1)
        case UInt8(ascii: "}"):
          _ = window.take(1)
          isInDocument = false
        case UInt8(ascii: "\""): try member()
        default: throw unexpected("a key or the end of an object")
        }
      } else {
        guard byte == UInt8(ascii: "{") else { throw unexpected("an object") }
        _ = window.take(1)
        isInDocument = true
      }
    }
    if isInDocument { throw unexpected("the end of an object, but the file ends") }
    return nil
  }

  private mutating func member() throws(CommandFailure) {
    let key = try value()
    guard try nextByte() == UInt8(ascii: ":") else { throw unexpected("\":\"") }
    _ = window.take(1)
    let first = try nextByte()
    let found: RequestSignal? =
      switch String(decoding: key, as: UTF8.self) {
      case "\"resourceSpans\"", "\"resource_spans\"": .traces
      case "\"resourceLogs\"", "\"resource_logs\"": .logs
      case "\"resourceMetrics\"", "\"resource_metrics\"": .metrics
      default: nil
      }
    if let found, first == UInt8(ascii: "[") {
      _ = window.take(1)
      signal = found
    } else {
      _ = try value()
    }
  }

  /// The bytes of the value that begins here.
  private mutating func value() throws(CommandFailure) -> [UInt8] {
    var count = 0
    var depth = 0
    var isInString = false
    while true {
      guard let byte = try window.peek(count) else { throw unexpected("the end of a value, but the file ends") }
      if isInString {
        if byte == UInt8(ascii: "\\") {
          count += 1
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          // A number or a literal ends where what holds it does.
          if depth == 0 { return Array(window.take(count)) }
          depth -= 1
        case UInt8(ascii: ","), UInt8(ascii: ":"): if depth == 0 { return Array(window.take(count)) }
        default: break
        }
      }
      count += 1
      if depth == 0, !isInString, [UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "]")].contains(byte) {
        return Array(window.take(count))
      }
      if count > ImportElements.elementBytesMax {
        throw CommandFailure(
          "\(name): line \(window.line): a value is longer than \(ImportElements.elementBytesMax) bytes")
      }
    }
  }

  /// The next byte that is no white space; not taken.
  private mutating func nextByte() throws(CommandFailure) -> UInt8? {
    while let byte = try window.peek() {
      // 0x1E parts the documents of a JSON text sequence, RFC 7464.
      guard [0x20, 0x09, 0x0A, 0x0D, 0x1E].contains(byte) else { return byte }
      _ = window.take(1)
    }
    return nil
  }

  private func unexpected(_ expected: String) -> CommandFailure {
    CommandFailure("\(name): line \(window.line), byte \(window.offset): expected \(expected)")
  }
}
