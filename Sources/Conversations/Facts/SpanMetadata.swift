package import OTLP

/// The metadata of one span, read without its other facts.
package struct SpanMetadata {
  /// Texts of JSON objects, as `SpanFacts.metadata`: of equal keys the first wins.
  package let texts: [String]
  /// Whether an attribute that belongs to it is one of those that were left out: the texts are not all there then.
  package let isCut: Bool

  /// - Parameter cut: whether the value of the span's attribute at a place was left out.
  package init(_ span: SpanView, _ conventions: Conventions, isCut cut: (Int) -> Bool) {
    var found = Found(view: span.source, conventions: conventions)
    var isCut = false
    for (place, ref) in span.attributes.enumerated() where found.take(ref, at: .span) && cut(place) { isCut = true }
    for ref in span.resourceAttributes { _ = found.take(ref, at: .resource) }
    self.isCut = isCut
    texts =
      found.object == nil && found.members.isEmpty
      ? [] : MetadataReading.texts(found.object, found.members, in: span.source, conventions)
  }

  private struct Found {
    let view: TelemetryView
    let conventions: Conventions
    var object: AttributeRef?
    var members: [RankedAttribute] = []

    /// Whether the attribute belongs to the metadata. A later object takes the place of an earlier one, as in
    /// `AttributeClassifier`.
    mutating func take(_ ref: AttributeRef, at place: Convention.Place) -> Bool {
      var isTaken = false
      var next = conventions.row(of: view[ref.key], at: place)
      while let row = next {
        switch conventions.meaning(of: row).role {
        case .metadata:
          object = ref
          isTaken = true
        case .metadataMember:
          members.append(RankedAttribute(row: row, ref: ref))
          isTaken = true
        default: break
        }
        next = conventions.row(after: row)
      }
      return isTaken
    }
  }
}
