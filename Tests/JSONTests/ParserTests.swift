import JSON
import Testing

struct ParserTests {
  @Test(arguments: [
    ("null", "null"), (" true ", "true"), ("\u{FEFF}false", "false"), ("0", "0"), ("-1", "-1"), ("-0", "-0"),
    ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
    ("18446744073709551615", "18446744073709551615"), ("18446744073709551616", "1.8446744073709552e+19"),
    ("-9223372036854775809", "-9.223372036854776e+18"), ("3.0", "3"), ("1e3", "1000"), ("0.1", "0.1"),
    ("1E-2", "0.01"), ("123456789.125e-3", "123456.789125"), ("2.2250738585072014e-308", "2.2250738585072014e-308"),
    ("\"\"", "\"\""), (#""\u0041\n\/\"\\\b\f\r\t""#, #""A\n/\"\\\b\f\r\t""#),
    (#""\ud83c\udf31""#, "\"🌱\""), (#""\ud83c""#, "\"\u{FFFD}\""), (#""\udf31x""#, "\"\u{FFFD}x\""),
    (#""\ud83c\u0041""#, "\"\u{FFFD}A\""), (#""\ud83c\ud83c\udf31""#, "\"\u{FFFD}🌱\""),
    ("[]", "[]"), ("{}", "{}"), ("[1,[2,{}],\"a\"]", "[1,[2,{}],\"a\"]"),
    ("{\"b\":1,\"a\":2,\"b\":null}", "{\"b\":1,\"a\":2,\"b\":null}"),
    ("\r\n\t [ 1 , 2 ] ", "[1,2]"), ("\"\u{7F}\u{2028}\"", "\"\u{7F}\\u2028\""),
  ]) func reads(text: String, rendered: String) throws {
    #expect(try JSONValue.parse(text).json == rendered)
  }

  @Test(arguments: [
    ("", JSONError(.unexpectedEnd, at: 0)), ("  ", JSONError(.unexpectedEnd, at: 2)),
    ("nul", JSONError(.unexpectedEnd, at: 3)), ("nulL", JSONError(.invalidLiteral, at: 0)),
    ("NaN", JSONError(.expectedValue, at: 0)), ("Infinity", JSONError(.expectedValue, at: 0)),
    ("01", JSONError(.invalidNumber, at: 0)), ("-", JSONError(.unexpectedEnd, at: 1)),
    ("+1", JSONError(.expectedValue, at: 0)), ("1.", JSONError(.unexpectedEnd, at: 2)),
    (".5", JSONError(.expectedValue, at: 0)), ("1.e1", JSONError(.invalidNumber, at: 2)),
    ("1e", JSONError(.unexpectedEnd, at: 2)), ("1e+x", JSONError(.invalidNumber, at: 3)),
    ("\"a", JSONError(.unexpectedEnd, at: 2)), ("\"a\u{1}bcdefghi\"", JSONError(.controlCharacter, at: 2)),
    ("\"\\x\"", JSONError(.invalidEscape, at: 1)), ("\"\\u12G4\"", JSONError(.invalidEscape, at: 1)),
    ("\"\\u12", JSONError(.unexpectedEnd, at: 5)), ("[1", JSONError(.unexpectedEnd, at: 2)),
    ("[1,]", JSONError(.expectedValue, at: 3)), ("[,1]", JSONError(.expectedValue, at: 1)),
    ("[1 2]", JSONError(.expectedCommaOrEnd, at: 3)), ("[1}", JSONError(.expectedCommaOrEnd, at: 2)),
    ("{1:2}", JSONError(.expectedKey, at: 1)), ("{\"a\" 1}", JSONError(.expectedColon, at: 5)),
    ("{\"a\":1,}", JSONError(.expectedKey, at: 7)), ("{\"a\":}", JSONError(.expectedValue, at: 5)),
    ("1 2", JSONError(.trailingBytes, at: 2)), ("[]]", JSONError(.trailingBytes, at: 2)),
  ]) func refuses(text: String, error: JSONError) {
    #expect(throws: error) { try JSONValue.parse(text) }
  }

  @Test func depthIsBounded() throws {
    let nested = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
    #expect(try JSONValue.parse(nested(7), depthMax: 7).array?.count == 1)
    #expect(throws: JSONError(.tooDeep, at: 7)) { try JSONValue.parse(nested(8), depthMax: 7) }
    #expect(throws: JSONError.self) { try JSONValue.parse(nested(1_000_000), depthMax: .max) }
    #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: "{\"a\":[", count: 100_000)) }
  }

  @Test func invalidUTF8IsRepaired() throws {
    let value = try Array("\"a".utf8 + [0xFF, 0x80] + "b\"".utf8).withUnsafeBytes { try JSONValue.parse($0) }
    #expect(value.string == "a\u{FFFD}\u{FFFD}b")
  }

  @Test func helpersReadWhatIsThere() throws {
    let value = try JSONValue.parse(#"{"a":[1,2.0,"x",true,null],"é":1,"a":2,"big":18446744073709551615}"#)
    #expect(value["a"]?.array?.count == 5)
    #expect(value["a"]?[0]?.int64 == 1)
    #expect(value["a"]?[1]?.int64 == 2)
    #expect(value["a"]?[2]?.string == "x")
    #expect(value["a"]?[3]?.bool == true)
    #expect(value["a"]?[4]?.isNull == true)
    #expect(value["a"]?[5] == nil)
    #expect(value["e\u{301}"] == nil, "keys are compared byte by byte")
    #expect(value["big"]?.int64 == nil)
    #expect(value["big"]?.double == 0x1p64)
    #expect(value.object?.count == 4)
  }

  /// Truncated anywhere, a text either fails or is a value of its own; nothing traps.
  @Test func everyPrefixIsAnswered() {
    let text = Array(#"{"k":[1.5e3,"a\ud83c\udf31\n",{"x":null},true,-0.25],"long key with more":"日本"}"#.utf8)
    for count in 0..<text.count {
      let error = text.prefix(count).withUnsafeBytes { bytes -> JSONError? in
        do throws(JSONError) {
          _ = try JSONValue.parse(bytes)
          return nil
        } catch {
          return error
        }
      }
      #expect(error?.reason == .unexpectedEnd || error?.reason == .invalidNumber, "prefix of \(count) bytes")
    }
  }
}
