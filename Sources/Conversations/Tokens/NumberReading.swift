import JSON
import OTLP

/// Numbers as producers send them: as integers, as doubles, as text.
enum NumberReading {
  /// A count: not negative; nil for what is none.
  static func count(_ value: ValueRef, in view: TelemetryView) -> Int64? {
    switch value.kind {
    case .int: nonNegative(Int64(bitPattern: value.bits))
    case .double: Int64(exactly: Double(bitPattern: value.bits)).flatMap(nonNegative)
    case .string: Int64(view.text(value.range)).flatMap(nonNegative)
    case .none, .bool, .array, .keyValueList, .bytes: nil
    }
  }

  static func count(_ value: JSONValue) -> Int64? { value.int64.flatMap(nonNegative) }

  /// An amount of US dollars: finite and not negative; nil for what is none. Beyond the range of `PicoDollars`: its end.
  static func dollars(_ value: ValueRef, in view: TelemetryView) -> PicoDollars? {
    switch value.kind {
    case .int: dollars(Double(Int64(bitPattern: value.bits)))
    case .double: dollars(Double(bitPattern: value.bits))
    case .string: Double(view.text(value.range)).flatMap(dollars)
    case .none, .bool, .array, .keyValueList, .bytes: nil
    }
  }

  static func dollars(_ value: Double) -> PicoDollars? {
    guard value.isFinite, value >= 0 else { return nil }
    let pico = (value * 1e12).rounded()
    return PicoDollars(pico < 9.2e18 ? Int64(pico) : Int64.max)
  }

  private static func nonNegative(_ value: Int64) -> Int64? { value < 0 ? nil : value }
}

extension Int64 {
  /// The sum, or the end of the range that it goes beyond.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  func multipliedClamped(_ other: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
