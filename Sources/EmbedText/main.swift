// Build tool: writes text files as Swift raw string literals, so that SQL, migrations and page assets live in files
// of their own and ship inside the one binary.
//
//   EmbedText OUTPUT.swift TYPE FILE…
//
// `.embedInCode` of SwiftPM emits arrays of integers, which took 11 s to compile for 50 KB; raw strings take 0.4 s
// for 250 KB and keep the file names.
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("usage: EmbedText OUTPUT TYPE FILE…\n".utf8))
  exit(2)
}

var source = "// Generated from the files it names; do not edit.\n\npackage enum \(arguments[2]) {\n"
var names: [String] = []
for path in arguments.dropFirst(3).sorted() {
  let url = URL(fileURLWithPath: path)
  guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
    FileHandle.standardError.write(Data("EmbedText: \(path) is not readable as UTF-8\n".utf8))
    exit(1)
  }
  // More number signs than any run of them in the text that follows a quotation mark: the literal can't end early.
  var longest = 0
  var run = 0
  for character in text.unicodeScalars {
    run = character == "#" ? run + 1 : 0
    longest = max(longest, run)
  }
  let fence = String(repeating: "#", count: longest + 1)
  let name = url.lastPathComponent
  let identifier = String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  names.append(name)
  source += "  /// `\(name)`\n"
  source += "  package static let `\(identifier)`: String = \(fence)\"\"\"\n\(text)\n\"\"\"\(fence)\n"
}
source += "\n  /// Every embedded file: its name and its text, in order of name.\n"
source += "  package static let files: [(name: String, text: String)] = [\n"
for name in names {
  let identifier = String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  source += "    (\"\(name)\", `\(identifier)`),\n"
}
source += "  ]\n}\n"
do {
  try source.write(toFile: arguments[1], atomically: true, encoding: .utf8)
} catch {
  FileHandle.standardError.write(Data("EmbedText: \(error)\n".utf8))
  exit(1)
}
