import JSON

/// What tells one message from another when histories are merged: role, text without its white space, media, and the
/// tool calls with their arguments, in whatever shape they were told. Thoughts, IDs and names do not count: histories
/// leave them out, or bring them back otherwise.
struct MessageDigest: Hashable, Sendable {
  let value: UInt64

  init(_ message: Message) {
    var hash = Hasher64()
    hash.add(byte: message.role.rawValue)
    for part in message.parts {
      switch part {
      case .text(let text), .toolResult(_, _, let text): hash.addInk(text)
      case .image(let media), .audio(let media), .video(let media), .file(let media):
        hash.add(byte: 1)
        hash.addInk(media.url ?? media.name ?? "")
      case .reasoning: continue
      case .other(let type, _):
        hash.add(byte: 2)
        hash.addInk(type)
      }
    }
    for call in message.toolCalls {
      hash.add(byte: 3)
      hash.addInk(call.name)
      hash.add(byte: 4)
      Self.add(arguments: call.arguments, to: &hash)
    }
    value = hash.value
  }

  /// The order of an object's members is the serialiser's.
  private static func add(arguments: String, to hash: inout Hasher64) {
    guard let json = parseContainer(arguments, depthMax: 64) else { return hash.addInk(arguments) }
    hash.addInk(json.sortedMembers.json)
  }
}

extension JSONValue {
  fileprivate var sortedMembers: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.sortedMembers))
    case .object(let members):
      .object(
        members.map { (key: $0.key, value: $0.value.sortedMembers) }
          .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    default: self
    }
  }
}

/// FNV-1a, 64 bits.
private struct Hasher64 {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  mutating func add(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  /// The text without ASCII white space.
  mutating func addInk(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      for byte in bytes where byte > 0x20 { add(byte: byte) }
    }
  }
}
