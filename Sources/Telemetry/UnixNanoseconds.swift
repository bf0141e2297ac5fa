/// An instant: nanoseconds since 1970-01-01T00:00:00Z, OTLP's fixed64, so from 1970 to the year 2554.
package struct UnixNanoseconds: Hashable, Comparable, Sendable {
  package let value: UInt64

  package init(_ value: UInt64) { self.value = value }

  package static func < (a: UnixNanoseconds, b: UnixNanoseconds) -> Bool { a.value < b.value }

  /// What SQLite stores: the unsigned value moved down by 2^63, so that the order of signed integers is the order of time.
  package var stored: Int64 { Int64(bitPattern: value ^ (1 << 63)) }

  package init(stored: Int64) { self.init(UInt64(bitPattern: stored) ^ (1 << 63)) }

  /// Whole and fractional milliseconds from `start` to here; 0 when `start` is later.
  package func milliseconds(since start: UnixNanoseconds) -> Double {
    value <= start.value ? 0 : Double(value - start.value) / 1e6
  }

  /// RFC 3339 in UTC with nine fractional digits: `2026-11-22T13:20:00.123456789Z`.
  package var rfc3339: String {
    let seconds = value / 1_000_000_000
    let (year, month, day) = civil(daysSinceEpoch: Int64(seconds / 86_400))
    let ofDay = seconds % 86_400
    return String(unsafeUninitializedCapacity: 30) { text in
      var at = 0
      func put(_ number: UInt64, _ width: Int, then mark: Unicode.Scalar) {
        var rest = number
        for place in stride(from: at + width - 1, through: at, by: -1) {
          text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        text[at + width] = UInt8(ascii: mark)
        at += width + 1
      }
      put(UInt64(year), 4, then: "-")
      put(UInt64(month), 2, then: "-")
      put(UInt64(day), 2, then: "T")
      put(ofDay / 3600, 2, then: ":")
      put(ofDay / 60 % 60, 2, then: ":")
      put(ofDay % 60, 2, then: ".")
      put(value % 1_000_000_000, 9, then: "Z")
      return at
    }
  }

  /// RFC 9110's IMF-fixdate, in whole seconds: `Sun, 22 Nov 2026 13:20:00 GMT`.
  package var httpDate: String {
    let days = value / 1_000_000_000 / 86_400
    let month = civil(daysSinceEpoch: Int64(days)).month
    // 1970-01-01 was a Thursday.
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let text = rfc3339
    let (year, day, time) = (text.prefix(4), text.dropFirst(8).prefix(2), text.dropFirst(11).prefix(8))
    return "\(weekdays[Int(days % 7)]), \(day) \(months[Int(month - 1)]) \(year) \(time) GMT"
  }

  /// Reads RFC 3339 with any offset and 0…9 fractional digits; nil for anything else and for instants outside the range.
  package init?(rfc3339 text: some StringProtocol) {
    guard let value = instant(rfc3339: text).flatMap({ UInt64(exactly: $0) }) else { return nil }
    self.init(value)
  }

  /// The same, but what lies outside the range is its nearest end: people write "since the year 1" and "until 9999".
  package init?(nearestToRFC3339 text: some StringProtocol) {
    guard let instant = instant(rfc3339: text) else { return nil }
    self.init(UInt64(clamping: instant))
  }
}

/// Nanoseconds since 1970, from the year 0 to 9999.
private func instant(rfc3339 text: some StringProtocol) -> Int128? {
  var reader = DigitReader(text.utf8)
  guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), (1...12).contains(month),
    reader.skip("-"), let day = reader.digits(2), (1...daysIn(month: month, of: year)).contains(day),
    reader.skip("T") || reader.skip("t") || reader.skip(" "),
    let hour = reader.digits(2), hour < 24, reader.skip(":"), let minute = reader.digits(2), minute < 60,
    reader.skip(":"), let second = reader.digits(2), second < 61
  else { return nil }
  var nanoseconds: Int64 = 0
  if reader.skip(".") {
    guard let fraction = reader.fraction() else { return nil }
    nanoseconds = fraction
  }
  var offsetSeconds: Int64 = 0
  if !(reader.skip("Z") || reader.skip("z")) {
    let negative = reader.skip("-")
    guard negative || reader.skip("+"), let hours = reader.digits(2), hours < 24, reader.skip(":"),
      let minutes = reader.digits(2), minutes < 60
    else { return nil }
    offsetSeconds = (hours * 3600 + minutes * 60) * (negative ? -1 : 1)
  }
  guard reader.isAtEnd else { return nil }
  let days = daysSinceEpoch(year: year, month: month, day: day)
  let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offsetSeconds
  return Int128(seconds) * 1_000_000_000 + Int128(nanoseconds)
}

/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days and days_from_civil.
private func civil(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = shifted / 146_097
  let ofEra = shifted - era * 146_097
  let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
  let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let marchMonth = (5 * ofYear + 2) / 153
  let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * marchMonth + 2) / 5 + 1)
}

private func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shifted = month <= 2 ? year - 1 : year
  let era = (shifted >= 0 ? shifted : shifted - 399) / 400
  let yearOfEra = shifted - era * 400
  let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
}

private func daysIn(month: Int64, of year: Int64) -> Int64 {
  switch month {
  case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

private struct DigitReader {
  private var rest: [UInt8].SubSequence

  init(_ text: some Sequence<UInt8>) { rest = Array(text)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func digits(_ count: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let byte = rest.first, (48...57).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
      rest.removeFirst()
    }
    return value
  }

  /// One to nine digits after the point, as nanoseconds.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while let byte = rest.first, (48...57).contains(byte) {
      guard count < 9 else { return nil }
      value = value * 10 + Int64(byte - 48)
      count += 1
      rest.removeFirst()
    }
    guard count > 0 else { return nil }
    while count < 9 {
      value *= 10
      count += 1
    }
    return value
  }
}
