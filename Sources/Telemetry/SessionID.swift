/// The UUID that Steno shows for (project, session name): version 5, so that a rebuilt, merged or second store agrees.
/// namespace = UUIDv5(NAMESPACE_URL, "urn:steno:session"), name = project UTF-8, one 0x00 byte, session name UTF-8.
/// Source: RFC 9562 §5.5.
package struct SessionID: Hashable, Comparable, Sendable {
  /// 16 bytes.
  package let bytes: [UInt8]

  package init(project: ProjectName, name: SessionName) {
    bytes = uuidVersion5(namespace: Self.namespace, name: Array(project.text.utf8) + [0] + Array(name.text.utf8))
  }

  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    self.bytes = Array(bytes)
  }

  /// The usual 36 characters, digits in either case.
  package init?(uuid: some StringProtocol) {
    let groups = uuid.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], let bytes = Hex.decode(groups.joined().utf8) else { return nil }
    self.init(bytes: bytes)
  }

  /// 36 characters, lowercase.
  package var uuid: String {
    [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Hex.encode(bytes[$0]) }.joined(separator: "-")
  }

  package static func < (a: SessionID, b: SessionID) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

  /// RFC 9562 appendix A: 6ba7b811-9dad-11d1-80b4-00c04fd430c8.
  private static let namespaceURL: [UInt8] = [
    0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
  ]
  private static let namespace = uuidVersion5(namespace: namespaceURL, name: Array("urn:steno:session".utf8))
}

private func uuidVersion5(namespace: [UInt8], name: [UInt8]) -> [UInt8] {
  var bytes = Array(SHA1.digest(namespace + name).prefix(16))
  bytes[6] = bytes[6] & 0x0F | 0x50
  bytes[8] = bytes[8] & 0x3F | 0x80
  return bytes
}
