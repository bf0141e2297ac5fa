import Foundation

/// Text search as a person would define it, over texts alone: what the index is compared with.
///
/// Folding is Foundation's here, and words are found by comparing strings: nothing is shared with the product.
enum NaiveSearch {
  /// The units of a text: words, and single characters of scripts without spaces.
  static func units(_ text: String) -> [String] {
    var units: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      if isPaired(scalar) {
        if !word.isEmpty { units.append(word) }
        word = ""
        units.append(String(scalar))
      } else if scalar.properties.generalCategory == .nonspacingMark {
        continue
      } else if CharacterSet.alphanumerics.contains(scalar) {
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
        lastIsPrefix && index == wanted.count - 1
          ? units[start + index].hasPrefix(wanted[index]) : units[start + index] == wanted[index]
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
