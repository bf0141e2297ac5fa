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
    if objects.texts.isEmpty { return nil }
    var keys = DistinctTexts()
    var writer = JSONWriter(capacity: objects.texts.reduce(2) { $0 + $1.utf8.count })
    writer.beginObject()
    for text in objects.texts {
      guard let members = (try? JSONValue.parse(text))?.object else { continue }
      for member in members where keys.insert(member.key) {
        writer.key(member.key)
        writer.write(member.value)
      }
    }
    writer.endObject()
    return keys.texts.isEmpty ? nil : writer.text
  }
}
