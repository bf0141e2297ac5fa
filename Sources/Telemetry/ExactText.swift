/// A text that is equal to another only when their UTF-8 bytes are, and ordered by those bytes.
package struct ExactText: ClientName {
  package let text: String

  package init(_ text: String) { self.text = text }
}

/// Whether two texts have the same bytes; `==` would take two Unicode spellings of one word for the same.
package func sameUTF8(_ a: String, _ b: String) -> Bool {
  let (a, b) = (a.utf8, b.utf8)
  guard a.count == b.count else { return false }
  // Byte by byte through the view's iterator, this was three in a hundred instructions of ingest.
  let same = a.withContiguousStorageIfAvailable { a in
    b.withContiguousStorageIfAvailable { b in UnsafeRawBufferPointer(a).hasBytes(of: UnsafeRawBufferPointer(b)) }
  }
  return (same ?? nil) ?? a.elementsEqual(b)
}

/// The same of texts that may be missing.
package func sameUTF8(_ a: String?, _ b: String?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return sameUTF8(a, b)
}

/// The same of texts in their order.
package func sameUTF8(_ a: [String], _ b: [String]) -> Bool { a.elementsEqual(b) { sameUTF8($0, $1) } }

extension UnsafeRawBufferPointer {
  /// Both are equally long.
  fileprivate func hasBytes(of other: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    while at + 8 <= count {
      let word = loadUnaligned(fromByteOffset: at, as: UInt64.self)
      if word != other.loadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
      at += 8
    }
    while at < count {
      if self[at] != other[at] { return false }
      at += 1
    }
    return true
  }
}
