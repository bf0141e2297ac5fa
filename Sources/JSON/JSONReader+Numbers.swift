/// A number as it stands: its place, and its digits without sign and point as far as 19 of them go.
struct NumberToken {
  var start: Int
  var end: Int
  var isNegative = false
  /// It has neither a fraction nor an exponent.
  var isInteger = true
  /// The digits read as one integer; meaningless when `overflows`.
  var digits: UInt64 = 0
  var overflows = false
  /// Power of ten that `digits` is multiplied with.
  var exponent = 0
}

extension JSONNumber {
  /// A text that is a JSON number and nothing else.
  package init?(_ text: UnsafeRawBufferPointer) {
    var reader = JSONReader(text, depthMax: 0)
    guard let number = try? reader.bareNumber() else { return nil }
    self = number
  }

  package init?(_ text: String) {
    var text = text
    guard let number = text.withUTF8({ JSONNumber(UnsafeRawBufferPointer($0)) }) else { return nil }
    self = number
  }

  /// The value, when it is one of `Int64`'s: `3.0` and `1e3` are.
  package var int64: Int64? {
    switch self {
    case .int(let value): value
    case .uint: nil
    case .double(let value): Int64(exactly: value)
    }
  }

  /// The value, when it is one of `UInt64`'s.
  package var uint64: UInt64? {
    switch self {
    case .int(let value): UInt64(exactly: value)
    case .uint(let value): value
    case .double(let value): UInt64(exactly: value)
    }
  }

  /// The nearest double.
  package var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .uint(let value): Double(value)
    case .double(let value): value
    }
  }
}

extension JSONReader {
  fileprivate mutating func bareNumber() throws(JSONError) -> JSONNumber {
    let token = try scanNumber()
    guard offset == count else { throw JSONError(.trailingBytes, at: offset) }
    return number(token)
  }

  package mutating func number() throws(JSONError) -> JSONNumber {
    skipSpace()
    return number(try scanNumber())
  }

  private func number(_ token: NumberToken) -> JSONNumber {
    if token.isInteger, !token.overflows {
      if !token.isNegative {
        return token.digits <= UInt64(Int64.max) ? .int(Int64(token.digits)) : .uint(token.digits)
      }
      // "-0" is no integer that keeps its sign.
      if token.digits == 0 { return .double(-0.0) }
      if token.digits <= 1 << 63 { return .int(Int64(truncatingIfNeeded: 0 &- token.digits)) }
    }
    return .double(double(token))
  }

  /// Stands at the number's first byte. Grammar of RFC 8259 §6.
  mutating func scanNumber() throws(JSONError) -> NumberToken {
    var token = NumberToken(start: offset, end: offset)
    var at = offset
    if at < count, byte(at) == UInt8(ascii: "-") {
      token.isNegative = true
      at += 1
    }
    let whole = at
    digits(&at, &token)
    guard at > whole else { throw JSONError(at < count ? .invalidNumber : .unexpectedEnd, at: at) }
    if byte(whole) == UInt8(ascii: "0"), at > whole + 1 { throw JSONError(.invalidNumber, at: whole) }
    if at < count, byte(at) == UInt8(ascii: ".") {
      token.isInteger = false
      at += 1
      let fraction = at
      digits(&at, &token)
      guard at > fraction else { throw JSONError(at < count ? .invalidNumber : .unexpectedEnd, at: at) }
      token.exponent = fraction - at
    }
    if at < count, byte(at) | 0x20 == UInt8(ascii: "e") {
      token.isInteger = false
      at += 1
      var isNegative = false
      if at < count, byte(at) == UInt8(ascii: "-") || byte(at) == UInt8(ascii: "+") {
        isNegative = byte(at) == UInt8(ascii: "-")
        at += 1
      }
      let first = at
      var exponent = 0
      while at < count, byte(at) &- 0x30 < 10 {
        exponent = min(exponent * 10 + Int(byte(at) &- 0x30), 1_000_000)
        at += 1
      }
      guard at > first else { throw JSONError(at < count ? .invalidNumber : .unexpectedEnd, at: at) }
      token.exponent += isNegative ? -exponent : exponent
    }
    token.end = at
    offset = at
    return token
  }

  @inline(__always)
  private func digits(_ at: inout Int, _ token: inout NumberToken) {
    while at < count {
      let digit = byte(at) &- 0x30
      guard digit < 10 else { return }
      let (scaled, high) = token.digits.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
      if high || carry { token.overflows = true }
      token.digits = sum
      at += 1
    }
  }

  /// The nearest double; a number beyond the range becomes an infinity, one below it zero.
  private func double(_ token: NumberToken) -> Double {
    // Both factors are exact, so one rounding gives the nearest double. Source: Clinger, "How to read floating point
    // numbers accurately".
    if !token.overflows, token.digits <= 1 << 53, abs(token.exponent) <= 22 {
      let magnitude = Double(token.digits)
      let power = powersOfTen[abs(token.exponent)]
      let value = token.exponent < 0 ? magnitude / power : magnitude * power
      return token.isNegative ? -value : value
    }
    let text = String(decoding: bytes(token.start, token.end), as: UTF8.self)
    return Double(text) ?? (token.isNegative ? -Double.infinity : .infinity)
  }
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
