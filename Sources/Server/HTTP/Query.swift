/// The parameters of a query. Each may come once; a route takes those that it knows, and what is left is unknown.
struct Query: Sendable {
  private var values: [(name: String, value: String)] = []

  init(_ text: Substring) throws(Failure) {
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let rawName = parts.first,
        let name = PercentEncoding.decode(Substring(rawName), plusIsSpace: true), !name.isEmpty
      else { throw .invalidParameter(name: "", "The query holds a parameter whose name can't be decoded.") }
      guard let value = PercentEncoding.decode(parts.count > 1 ? Substring(parts[1]) : "", plusIsSpace: true) else {
        throw .invalidParameter(name: name, "The value is not percent-encoded UTF-8.")
      }
      if values.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        throw .invalidParameter(name: name, "The parameter is given more than once.")
      }
      values.append((name, value))
    }
  }

  /// The value of a parameter, which then is no longer left; nil when it was not given. An empty value is an error.
  mutating func take(_ name: String) throws(Failure) -> String? {
    guard let index = values.firstIndex(where: { $0.name == name }) else { return nil }
    let value = values.remove(at: index).value
    if value.isEmpty { throw .invalidParameter(name: name, "The value is empty.") }
    return value
  }

  /// Call it when every known parameter was taken.
  func finish() throws(Failure) {
    guard let left = values.first else { return }
    throw .invalidParameter(name: left.name, "This resource has no parameter of that name.")
  }
}
