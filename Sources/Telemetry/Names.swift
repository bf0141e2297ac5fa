/// A client's name for something. Names are equal when their UTF-8 bytes are, and ordered by those bytes, as SQLite
/// orders them: Swift's own `String` would take two Unicode spellings of one word for the same name.
package protocol ClientName: Hashable, Comparable, Sendable {
  var text: String { get }
}

extension ClientName {
  package static func == (a: Self, b: Self) -> Bool { sameUTF8(a.text, b.text) }

  package static func < (a: Self, b: Self) -> Bool {
    let (a, b) = (a.text.utf8, b.text.utf8)
    let isLess = a.withContiguousStorageIfAvailable { a in
      b.withContiguousStorageIfAvailable { b in UnsafeRawBufferPointer(a).precedes(UnsafeRawBufferPointer(b)) }
    }
    return (isLess ?? nil) ?? a.lexicographicallyPrecedes(b)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// A project: the namespace in which a session name and a user are unique. Never empty, no U+0000.
package struct ProjectName: ClientName {
  package let text: String

  package init(_ text: String) { self.text = text.isEmpty ? Self.fallback : text }

  /// The project of spans that name none.
  package static let fallback = "default"
}

/// The client's string for a session, as it passed it; never shown as an ID.
package struct SessionName: ClientName {
  package let text: String

  package init(_ text: String) { self.text = text }
}

/// The client's string for a user, unique within a project.
package struct UserID: ClientName {
  package let text: String

  package init(_ text: String) { self.text = text }
}

extension UnsafeRawBufferPointer {
  fileprivate func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    let common = Swift.min(count, other.count)
    var at = 0
    while at + 8 <= common {
      let word = loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let otherWord = other.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      if word != otherWord { return word.bigEndian < otherWord.bigEndian }
      at += 8
    }
    while at < common {
      if self[at] != other[at] { return self[at] < other[at] }
      at += 1
    }
    return count < other.count
  }
}
