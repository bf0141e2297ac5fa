/// Texts from the data, made harmless for a terminal: whatever a prompt holds, it moves no cursor, changes no colour and
/// turns no line around.
enum Plain {
  /// One line: line ends, tabs and control characters become spaces.
  static func line(_ text: String) -> String { clean(text, keepsLines: false) }

  /// Several lines: line ends stay, tabs become spaces.
  static func lines(_ text: String) -> [String] {
    clean(text, keepsLines: true).split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
  }

  private static func clean(_ text: String, keepsLines: Bool) -> String {
    var cleaned = String.UnicodeScalarView()
    var isRightToLeft = false
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control:
        // Of CR LF the LF says it.
        if keepsLines, scalar == "\n" { cleaned.append(scalar) } else if scalar != "\r" { cleaned.append(" ") }
      case .lineSeparator, .paragraphSeparator: cleaned.append(keepsLines ? "\n" : " ")
      // Directional overrides, isolates and invisible marks; the joiners that scripts and emoji need stay.
      case .format:
        if scalar.value == 0x200C || scalar.value == 0x200D { cleaned.append(scalar) }
      case .privateUse, .surrogate, .unassigned: cleaned.append("\u{FFFD}")
      default:
        isRightToLeft = isRightToLeft || TextWidth.isRightToLeft(scalar)
        cleaned.append(scalar)
      }
    }
    guard isRightToLeft else { return String(cleaned) }
    // Isolated, so that what stands beside it keeps its place. Source: UAX #9 §2.7.
    return String(cleaned).split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\u{2068}\($0)\u{2069}" }.joined(separator: "\n")
  }
}

/// How many columns of a terminal a text takes, as wcwidth has it.
enum TextWidth {
  static func of(_ text: some StringProtocol) -> Int { text.unicodeScalars.reduce(0) { $0 + of($1) } }

  static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    for range in wide where range.contains(scalar.value) { return 2 }
    return 1
  }

  static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return (0x0590...0x08FF).contains(value) || (0xFB1D...0xFDFF).contains(value) || (0xFE70...0xFEFF).contains(value)
      || (0x10800...0x10FFF).contains(value) || (0x1E800...0x1EFFF).contains(value)
  }

  /// East Asian wide and full-width ranges, and emoji. Source: EastAsianWidth.txt of Unicode 15, joined.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2614...0x2615, 0x26A1...0x26A1, 0x2705...0x2705,
    0x2728...0x2728, 0x274C...0x274C, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797, 0x2B50...0x2B50,
    0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
    0x20000...0x3FFFD,
  ]

  /// The text in at most `width` columns; one that is longer ends in `…`.
  static func cut(_ text: String, to width: Int) -> String {
    if of(text) <= width { return text }
    var kept = String.UnicodeScalarView()
    var columns = 0
    for scalar in text.unicodeScalars {
      let next = of(scalar)
      if columns + next > max(0, width - 1) { break }
      kept.append(scalar)
      columns += next
    }
    let isIsolated = text.unicodeScalars.first == "\u{2068}"
    return String(kept) + (width > 0 ? "…" : "") + (isIsolated ? "\u{2069}" : "")
  }

  /// Lines of at most `width` columns, broken at spaces where there are any.
  static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    // Indented text keeps its indent on its first line.
    var line = String(text.prefix { $0 == " " }.prefix(width / 2))
    for word in text.drop(while: { $0 == " " }).split(separator: " ", omittingEmptySubsequences: false) {
      var word = String(word)
      let room = width - of(line) - (line.isEmpty ? 0 : 1)
      if !line.isEmpty, of(word) > room {
        lines.append(line)
        line = ""
      } else if line.contains(where: { $0 != " " }) {
        line += " "
      }
      while of(word) > width {
        let head = prefix(of: word, columns: width)
        lines.append(line + head)
        line = ""
        word = String(word.unicodeScalars.dropFirst(head.unicodeScalars.count))
      }
      line += word
    }
    return lines + [line]
  }

  private static func prefix(of text: String, columns: Int) -> String {
    var kept = String.UnicodeScalarView()
    var taken = 0
    for scalar in text.unicodeScalars {
      let next = of(scalar)
      if taken + next > columns, !kept.isEmpty { break }
      kept.append(scalar)
      taken += next
    }
    return String(kept)
  }
}
