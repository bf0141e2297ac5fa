import ArgumentParser

/// A file of flags: `key = value` in each line, the key a flag of `serve` without its dashes. The form is TOML's, as far
/// as it is needed: values bare or in double quotes, lists in brackets, comments behind `#`.
struct ConfigurationFile {
  struct Entry {
    var key: String
    /// As a variable holds it: a list with commas between.
    var value: String
    var line: Int
  }

  let entries: [Entry]
  private static let bytesMax = 1 << 20

  /// - Parameter origin: the flag or variable that named it.
  init(_ path: String, as origin: String) throws(CommandFailure) {
    let text = try TextFile.read(path, as: origin, bytesMax: Self.bytesMax)
    try self.init(text: text, path: path)
  }

  init(text: String, path: String) throws(CommandFailure) {
    var entries: [Entry] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      func refuse(_ reason: String) -> CommandFailure {
        .usage("\(path):\(index + 1): \(reason.singleLine)", hint: "a line is `key = value`; # begins a comment")
      }
      var scanner = LineScanner(line)
      scanner.skipSpace()
      if scanner.isAtEnd { continue }
      let key = scanner.key()
      scanner.skipSpace()
      guard !key.isEmpty, scanner.take("=") else { throw refuse("this is no `key = value`") }
      guard Self.keys.contains(key) else {
        throw .usage("\(path):\(index + 1): there is no key \"\(key)\"", hint: "steno serve --help lists every flag")
      }
      if let first = entries.first(where: { $0.key == key }) {
        throw refuse("\(key) is set already, in line \(first.line)")
      }
      guard let value = scanner.value() else { throw refuse("the value of \(key) can't be read") }
      entries.append(Entry(key: key, value: value, line: index + 1))
    }
    self.entries = entries
  }

  /// The flags of `serve`, but the one that names this file.
  static let keys: Set<String> = {
    var keys: Set<String> = []
    for line in Serve.helpMessage(columns: 400).split(separator: "\n") where line.hasPrefix("  --") {
      keys.insert(String(line.dropFirst(4).prefix { $0 == "-" || $0.isLetter }))
    }
    return keys.subtracting(["config", "help", "version"])
  }()
}

/// One line, from left to right.
private struct LineScanner {
  private var rest: Substring

  init(_ line: Substring) { rest = line.last == "\r" ? line.dropLast() : line }

  var isAtEnd: Bool { rest.isEmpty || rest.first == "#" }

  mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" } }

  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    skipSpace()
    return true
  }

  mutating func key() -> String {
    let key = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" }
    rest = rest.dropFirst(key.count)
    return key.split(separator: "_", omittingEmptySubsequences: false).joined(separator: "-")
  }

  /// The value, which nothing but a comment may follow; nil if it is none.
  mutating func value() -> String? {
    let value: String?
    switch rest.first {
    case "\"": value = quoted()
    case "[": value = list()
    default:
      let bare = rest.prefix { $0 != "#" }
      rest = rest.dropFirst(bare.count)
      var text = String(bare)
      while text.last == " " || text.last == "\t" { text.removeLast() }
      value = text.isEmpty || text.contains("\"") ? nil : text
    }
    skipSpace()
    return isAtEnd ? value : nil
  }

  private mutating func quoted() -> String? {
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      switch rest.popFirst() {
      case "\"": text += "\""
      case "\\": text += "\\"
      case "n": text += "\n"
      case "t": text += "\t"
      default: return nil
      }
    }
    return nil
  }

  private mutating func list() -> String? {
    rest.removeFirst()
    skipSpace()
    var items: [String] = []
    while !take("]") {
      if !items.isEmpty, !take(",") { return nil }
      if take("]") { break }
      guard rest.first == "\"", let item = quoted(), !item.contains(",") else { return nil }
      items.append(item)
      skipSpace()
    }
    return items.joined(separator: ",")
  }
}
