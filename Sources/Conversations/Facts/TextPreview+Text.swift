import Telemetry

extension TextPreview {
  private static let scalarsMax = Limits().listTextScalarsMax

  /// nil for a text of white space only. `text` is trimmed at both ends first.
  package init?(of text: String) {
    var text = text
    guard let preview = text.withUTF8({ TextPreview(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = preview
  }

  /// The fingerprint that the preview of a text has; nil for a text of white space only. A text as long as a whole
  /// `known` one and equal to it is not read again.
  static func fingerprint(of text: String, known: TextPreview?) -> UInt64? {
    var text = text
    return text.withUTF8 { utf8 in
      let bytes = WhiteSpace.trimmed(UnsafeRawBufferPointer(utf8))
      if bytes.isEmpty { return nil }
      if let known, known.text.hasUTF8(bytes) { return known.fingerprint }
      return Fingerprint.of(bytes)
    }
  }

  private init?(utf8 whole: UnsafeRawBufferPointer) {
    let bytes = WhiteSpace.trimmed(whole)
    if bytes.isEmpty { return nil }
    let kept = Self.prefix(of: bytes)
    var text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<kept]), as: UTF8.self)
    if kept < bytes.count { text += "…" }
    self.init(text: text, fingerprint: Fingerprint.of(bytes))
  }

  /// How many bytes a list row shows: all of them, or those of the first `scalarsMax - 1` scalars.
  private static func prefix(of bytes: UnsafeRawBufferPointer) -> Int {
    if bytes.count <= scalarsMax { return bytes.count }
    var scalars = 0
    var cut = bytes.count
    for index in 0..<bytes.count where bytes[index] & 0xC0 != 0x80 {
      if scalars == scalarsMax - 1 { cut = index }
      scalars += 1
      if scalars > scalarsMax { return cut }
    }
    return bytes.count
  }
}

extension String {
  fileprivate func hasUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard utf8.count == bytes.count else { return false }
    return utf8.withContiguousStorageIfAvailable { bytesAreEqual(UnsafeRawBufferPointer($0), bytes, bytes.count) }
      ?? utf8.elementsEqual(bytes)
  }
}
