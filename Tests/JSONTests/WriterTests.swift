import JSON
import Testing

struct WriterTests {
  @Test func structureGetsItsCommas() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("a")
    writer.beginArray()
    writer.int(1)
    writer.beginObject()
    writer.endObject()
    writer.null()
    writer.beginArray()
    writer.endArray()
    writer.endArray()
    writer.key("b")
    writer.bool(false)
    writer.key("c")
    writer.raw("{\"d\":1}")
    writer.key("e")
    writer.uint(.max)
    writer.endObject()
    #expect(writer.text == #"{"a":[1,{},null,[]],"b":false,"c":{"d":1},"e":18446744073709551615}"#)
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "-0"), (3, "3"), (-2.5, "-2.5"), (0.1, "0.1"), (1e16, "1e+16"), (123456789012, "123456789012"),
      (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
    ] as [(Double, String)]) func doubles(value: Double, text: String)
  {
    var writer = JSONWriter()
    writer.double(value)
    #expect(writer.text == text)
  }

  @Test(
    arguments: [
      (1 << 53, "9007199254740992"), (1 << 53 + 1, "\"9007199254740993\""), (-(1 << 53), "-9007199254740992"),
      (-(1 << 53) - 1, "\"-9007199254740993\""), (.min, "\"-9223372036854775808\""), (0, "0"),
    ] as [(Int64, String)]) func attributeIntegers(value: Int64, text: String)
  {
    var writer = JSONWriter()
    writer.attributeInt(value)
    #expect(writer.text == text)
  }

  @Test func everyCharacterIsEscapedOrCopied() throws {
    var text = String(String.UnicodeScalarView((0..<0x3000).compactMap { Unicode.Scalar($0 as UInt32) }))
    text += "🌱\u{10FFFF}\u{FFFD}"
    var writer = JSONWriter()
    writer.string(text)
    #expect(!writer.bytes.contains { $0 < 0x20 })
    #expect(!writer.text.unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
    #expect(try JSONValue.parse(writer.text).string.map { Array($0.utf8) } == Array(text.utf8))
  }

  @Test func invalidUTF8IsRepaired() {
    var writer = JSONWriter()
    [UInt8]([0x61, 0xC3, 0x22]).withUnsafeBytes { writer.string(utf8: $0) }
    #expect(writer.text == "\"a\u{FFFD}\\\"\"")
  }
}
