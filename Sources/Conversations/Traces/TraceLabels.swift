import JSON

/// What hangs on a trace's spans: services, tags, metadata.
struct TraceLabels {
  /// Distinct, ordered by their UTF-8; so the tags.
  let services: [String]
  let tags: [String]
  /// A JSON object, compact; nil where no span carries metadata.
  let metadata: String?

  init(_ forest: SpanForest) {
    var services = DistinctTexts()
    var tags = DistinctTexts()
    for place in forest.order {
      if let service = forest.spans[place].serviceName { _ = services.insert(service) }
      for tag in forest.spans[place].tags { _ = tags.insert(tag) }
    }
    self.services = services.sorted
    self.tags = tags.sorted
    metadata = Self.metadata(forest)
  }

  /// The effective root's members first, then those of the others in their order; of equal keys the first wins.
  private static func metadata(_ forest: SpanForest) -> String? {
    var objects = DistinctTexts()
    for text in forest[forest.root].metadata { _ = objects.insert(text) }
    for place in forest.order {
      for text in forest.spans[place].metadata { _ = objects.insert(text) }
    }
    return mergedMetadata(objects.texts)
  }

  /// The members of JSON objects as one object, compact; of equal keys the first wins. nil without members.
  static func mergedMetadata(_ texts: [String]) -> String? {
    if texts.isEmpty { return nil }
    var keys = DistinctTexts()
    var writer = JSONWriter(capacity: texts.reduce(2) { $0 + $1.utf8.count })
    writer.beginObject()
    var scratch: [UInt8] = []
    for text in texts {
      var text = text
      text.withUTF8 { add(UnsafeRawBufferPointer($0), to: &writer, &keys, &scratch) }
    }
    writer.endObject()
    return keys.texts.isEmpty ? nil : writer.text
  }

  /// Adds the members of an object under new keys. What is no JSON, or none of an object, adds nothing: that is told
  /// before anything is written.
  private static func add(
    _ text: UnsafeRawBufferPointer, to writer: inout JSONWriter, _ keys: inout DistinctTexts, _ scratch: inout [UInt8]
  ) {
    do throws(JSONError) {
      var whole = JSONReader(text, depthMax: 100)
      guard case .object = try whole.peek() else { return }
      try whole.skip()
      try whole.finish()
      var reader = JSONReader(text, depthMax: 100)
      try reader.beginObject()
      while let key = try reader.nextKey() {
        let name = reader.text(key, &scratch)
        guard keys.insert(name) else {
          try reader.skip()
          continue
        }
        writer.key(name)
        try reader.copy(to: &writer, &scratch)
      }
    } catch {
      return
    }
  }
}

extension SpanFacts {
  /// The span's own metadata: a JSON object, compact; nil where it carries none.
  package var ownMetadata: String? { TraceLabels.mergedMetadata(metadata) }

  /// The span's own tags: distinct, ordered by their UTF-8.
  package var ownTags: [String] {
    var distinct = DistinctTexts()
    for tag in tags { _ = distinct.insert(tag) }
    return distinct.sorted
  }

  /// The span's own usage; `total` where it was not reported is input + output.
  package var usage: TokenCounts? { tokens.map { TokenCounts() + $0 } }
}
