import Foundation

/// Text search as a person would define it, over texts alone: what the index is compared with.
///
/// Folding is Foundation's here, and words are found by comparing strings: nothing is shared with the product.
enum NaiveSearch {
  /// The units of a text: words, and single characters of scripts without spaces.
  static func units(_ text: String) -> [String] {
    var units: [String] = []
    var word = ""
    var isBehindPair = false
    for scalar in text.unicodeScalars {
      if isPaired(scalar) {
        if !word.isEmpty { units.append(word) }
        word = ""
        // Characters that stand together are told from those with something between them.
        if isBehindPair, let last = units.indices.last { units[last] += "+" }
        units.append(String(scalar))
        isBehindPair = true
        continue
      } else if scalar.properties.generalCategory == .nonspacingMark {
        continue
      }
      isBehindPair = false
      if CharacterSet.alphanumerics.contains(scalar) {
        word += String(scalar).folding(
          options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
      } else {
        if !word.isEmpty { units.append(word) }
        word = ""
      }
    }
    if !word.isEmpty { units.append(word) }
    return units
  }

  /// Whether the words of `phrase` stand one behind the other.
  static func holds(_ text: String, phrase: String, lastIsPrefix: Bool = false) -> Bool {
    let units = units(text)
    let wanted = Self.units(phrase)
    guard !wanted.isEmpty, units.count >= wanted.count else { return false }
    return (0...units.count - wanted.count).contains { start in
      wanted.indices.allSatisfy { index in
        let unit = units[start + index]
        // Asked for apart, characters may stand together; asked for together, they must.
        if unit == wanted[index] || unit == wanted[index] + "+" { return true }
        return index == wanted.count - 1 && lastIsPrefix && unit.hasPrefix(wanted[index])
      }
    }
  }

  private static func isPaired(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x0E01...0x0E4E: true
    default: false
    }
  }
}
