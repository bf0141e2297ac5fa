import Telemetry
import Testing

struct UnixNanosecondsTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z"), (1_795_355_000_123_456_789, "2026-11-22T13:43:20.123456789Z"),
      (951_782_400_000_000_001, "2000-02-29T00:00:00.000000001Z"), (.max, "2554-07-21T23:34:33.709551615Z"),
    ] as [(UInt64, String)]) func rfc3339BothWays(value: UInt64, text: String)
  {
    #expect(UnixNanoseconds(value).rfc3339 == text)
    #expect(UnixNanoseconds(rfc3339: text)?.value == value)
    #expect(UnixNanoseconds(stored: UnixNanoseconds(value).stored).value == value)
  }

  @Test(
    arguments: [
      ("2026-11-22T14:43:20+01:00", 1_795_355_000_000_000_000), ("2026-11-22t13:43:20.5z", 1_795_355_000_500_000_000),
      ("1970-01-01T00:00:00-00:01", 60_000_000_000),
    ] as [(String, UInt64)]) func offsetsAndFractions(text: String, value: UInt64)
  {
    #expect(UnixNanoseconds(rfc3339: text)?.value == value)
  }

  @Test(arguments: [
    "", "2026-11-22", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T13:43:20",
    "1969-12-31T23:59:59Z", "2555-01-01T00:00:00Z", "2026-11-22T13:43:20.1234567890Z", "2026-11-22T13:43:20Zx",
  ]) func whatIsNoInstant(text: String) {
    #expect(UnixNanoseconds(rfc3339: text) == nil)
  }

  @Test(
    arguments: [
      ("0001-01-01T00:00:00Z", 0), ("0000-01-01T00:00:00+23:59", 0), ("1969-12-31T23:59:59.999999999Z", 0),
      ("1970-01-01T00:00:00.000000001Z", 1), ("2554-07-21T23:34:33.709551615Z", .max),
      ("2554-07-21T23:34:33.709551616Z", .max), ("9999-12-31T23:59:60-23:59", .max), ("9999-13-01T00:00:00Z", nil),
    ] as [(String, UInt64?)]) func beyondTheRangeIsItsNearestEnd(text: String, value: UInt64?)
  {
    #expect(UnixNanoseconds(nearestToRFC3339: text)?.value == value)
  }

  /// The first is the example of RFC 9110 §5.6.7; the others were written by `date -u -R`.
  @Test(
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
      (18_446_744_073, "Sun, 21 Jul 2554 23:34:33 GMT"),
    ] as [(UInt64, String)])
  func writesTheDateOfHTTP(seconds: UInt64, text: String) {
    #expect(UnixNanoseconds(seconds * 1_000_000_000).httpDate == text)
  }

  @Test func storedIntegersKeepTheOrder() {
    let values: [UInt64] = [0, 1, 1 << 63 - 1, 1 << 63, .max]
    let stored = values.map { UnixNanoseconds($0).stored }
    #expect(stored == stored.sorted())
  }

  @Test func durationsAreNeverNegative() {
    #expect(UnixNanoseconds(2_500_000).milliseconds(since: UnixNanoseconds(1_000_000)) == 1.5)
    #expect(UnixNanoseconds(1).milliseconds(since: UnixNanoseconds(2)) == 0)
  }
}
