import JSON
import Testing

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

struct RandomTests {
  /// What is written is read as the same value, and skipped to the same place.
  @Test(arguments: 0..<200 as Range<UInt64>) func writtenValuesAreReadBack(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let value = Self.value(&random, depth: 5)
    let text = value.json
    #expect(try JSONValue.parse(text) == value)
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBytes { bytes in
      var reader = JSONReader(bytes, depthMax: 10)
      try reader.skip()
      try reader.finish()
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func doublesAreReadBackExactly(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    for _ in 0..<500 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      var writer = JSONWriter()
      writer.double(value)
      #expect(try JSONValue.parse(writer.text).double?.bitPattern == value.bitPattern, "\(writer.text)")
    }
  }

  /// Damaged texts are values or errors; reader and tree agree on which.
  @Test(arguments: 0..<100 as Range<UInt64>) func damageIsAnswered(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let bytes = Array(Self.value(&random, depth: 4).json.utf8)
    for _ in 0..<50 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) where !damaged.isEmpty {
        let at = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged[at] = UInt8.random(in: 0...255, using: &random)
        case 1: damaged.remove(at: at)
        default: damaged.insert(Array("\"\\{}[],:0-eu".utf8).randomElement(using: &random) ?? 0, at: at)
        }
      }
      damaged.withUnsafeBytes { bytes in
        let isValue = (try? JSONValue.parse(bytes, depthMax: 9)) != nil
        var reader = JSONReader(bytes, depthMax: 9)
        let isSkipped = (try? reader.skip()) != nil && (try? reader.finish()) != nil
        #expect(isValue == isSkipped)
      }
    }
  }

  /// A value that is copied reads as the tree of it is written: the texts have white space and escapes of any kind.
  @Test(arguments: 0..<200 as Range<UInt64>) func copiesAreWhatTheTreeWrites(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let compact = Self.value(&random, depth: 5).json
    var text = ""
    var isInString = false
    var isEscaped = false
    for character in compact.unicodeScalars {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isInString.toggle()
      } else if isInString, !character.properties.isASCIIHexDigit, character.value < 0x10000,
        Int.random(in: 0..<8, using: &random) == 0
      {
        let digits = String(character.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        continue
      } else if !isInString, ",:[]{}".unicodeScalars.contains(character) {
        text += ["", " ", "\n\t"].randomElement(using: &random) ?? ""
      }
      text.unicodeScalars.append(character)
    }
    let copy = try text.utf8.withContiguousStorageIfAvailable { utf8 in
      var reader = JSONReader(UnsafeRawBufferPointer(utf8), depthMax: 10)
      var writer = JSONWriter()
      var scratch: [UInt8] = []
      try reader.copy(to: &writer, &scratch)
      try reader.finish()
      return writer.bytes
    }
    #expect(copy == Array(try JSONValue.parse(text).json.utf8), "\(text)")
  }

  private static func value(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .int(Int64(bitPattern: random.next()) >> Int64.random(in: 0...63, using: &random))
    case 3: return .uint(random.next() | 1 << 63)
    case 4: return .double(Double(Int32.random(in: -999...999, using: &random)) / 16 + 0.03125)
    case 5: return .string(text(&random))
    case 6, 7: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random, depth: depth - 1) })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in (text(&random), value(&random, depth: depth - 1)) })
    }
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    let alphabet = Array("ab \"\\/\n\u{1}é日🌱\u{2028}x")
    let count = Int.random(in: 0...20, using: &random)
    return String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" })
  }
}
