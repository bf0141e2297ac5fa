/// Why bytes could not be compressed or decompressed. Texts name the format and the place, never content.
package enum CompressionError: Error, Sendable, Equatable {
  /// The result would be larger than `limit` bytes; nothing of it is kept.
  case tooLarge(limit: Int)
  /// The bytes end before the format says that they do.
  case truncated(format: String)
  /// The bytes are not of this format, or their checksum disagrees.
  case corrupt(format: String, reason: String)
  /// The library could not get memory for its context.
  case outOfMemory
}
