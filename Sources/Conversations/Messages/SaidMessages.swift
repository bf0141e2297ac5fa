/// A message as text search knows it: who said it, and its words.
package struct SaidMessage: Sendable {
  package var role: MessageRole
  package var text: String
  /// Equal for messages of one role and the same words in the same order, whatever stands between the words: a history
  /// that brings a message back in another form does not make it another.
  package var digest: UInt64

  /// - Parameter bytesMax: what lies behind so many bytes of UTF-8 is not searched.
  package init(role: MessageRole, text: String, bytesMax: Int) {
    self.role = role
    var text = text
    let (digest, kept) = text.withUTF8 { utf8 in
      let kept = Self.prefix(of: UnsafeRawBufferPointer(utf8), bytesMax: bytesMax)
      let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[..<kept])
      return (Self.digest(role, bytes), kept)
    }
    self.digest = digest
    self.text = kept == text.utf8.count ? text : String(decoding: text.utf8.prefix(kept), as: UTF8.self)
  }

  /// No scalar is cut in two.
  private static func prefix(of bytes: UnsafeRawBufferPointer, bytesMax: Int) -> Int {
    if bytes.count <= bytesMax { return bytes.count }
    var end = bytesMax
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }

  /// Letters and digits of ASCII and everything beyond it count; what else is ASCII only parts words. Eight bytes are
  /// mixed at a time, since every message of every history comes by here.
  private static func digest(_ role: MessageRole, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = 0xCBF2_9CE4_8422_2325 ^ UInt64(role.rawValue)
    var word: UInt64 = 0
    var filled = 0
    var isParted = false
    for byte in bytes {
      let isInk = byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
      if !isInk {
        isParted = true
        continue
      }
      if isParted {
        isParted = false
        word = word << 8 | 0x20
        filled += 1
        if filled == 8 { mix(&hash, &word, &filled) }
      }
      word = word << 8 | UInt64(byte)
      filled += 1
      if filled == 8 { mix(&hash, &word, &filled) }
    }
    mix(&hash, &word, &filled)
    return hash
  }

  @inline(__always)
  private static func mix(_ hash: inout UInt64, _ word: inout UInt64, _ filled: inout Int) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
    hash = (hash ^ UInt64(filled)) &* 0x0000_0100_0000_01B3
    hash ^= hash >> 32
    word = 0
    filled = 0
  }
}

/// Gathers what spans say while their facts are read, so that no message is read a second time.
package final class MessageCollector {
  /// By digest: each message once.
  package private(set) var messages: [UInt64: SaidMessage] = [:]
  /// Of the span read last; a message that it says twice may be in it twice.
  package private(set) var digests: [UInt64] = []
  private let bytesMax: Int

  package init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// The next span is read now.
  package func beginSpan() { digests = [] }

  func add(_ message: Message) {
    let text = message.searchedText
    if !text.isEmpty { add(message.role, text) }
  }

  func add(_ role: MessageRole, _ text: String) {
    let said = SaidMessage(role: role, text: text, bytesMax: bytesMax)
    digests.append(said.digest)
    if messages[said.digest] == nil { messages[said.digest] = said }
  }
}

extension Message {
  /// Texts, results of tools, names and arguments of tool calls, a line each. Thoughts are left out, as histories do.
  var searchedText: String {
    if toolCalls.isEmpty, parts.count == 1, case .text(let text)? = parts.first { return text }
    var pieces: [String] = []
    for part in parts {
      switch part {
      case .text(let text): pieces.append(text)
      case .toolResult(_, _, let content): pieces.append(content)
      case .image, .audio, .video, .file, .reasoning, .other: continue
      }
    }
    for call in toolCalls {
      pieces.append(call.name)
      pieces.append(call.arguments)
    }
    return pieces.joined(separator: "\n")
  }
}
