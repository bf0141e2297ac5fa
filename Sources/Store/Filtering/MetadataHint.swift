import Filters
import JSON
import Telemetry

/// What the metadata of a trace's row says about the metadata of its spans: every key that any of them has is there.
enum MetadataHint {
  /// A condition that holds wherever a span can satisfy the test; nil for what no row says.
  static func text(_ field: SpanField, _ test: FilterTest, _ list: FilteredList) -> FilterLowering.Text? {
    guard field.place == .metadata else { return nil }
    let keys = field.keys.map { Conditions.Value.text(member($0)) }
    let anyKey = Array(repeating: "instr(m.metadata, ?) > 0", count: keys.count).joined(separator: " OR ")
    switch list {
    case .traces, .spans:
      let ofTrace = anyKey.replacing("m.", with: "t.")
      return FilterLowering.Text(sql: "t.metadata IS NOT NULL AND (\(ofTrace))", values: keys)
    case .sessions:
      return FilterLowering.Text(
        sql:
          "EXISTS (SELECT 1 FROM trace m WHERE m.session_key = s.session_key AND m.metadata IS NOT NULL AND (\(anyKey)))",
        values: keys)
    case .users:
      return FilterLowering.Text(
        sql: "EXISTS (SELECT 1 FROM trace m WHERE m.user_key = u.user_key AND m.metadata IS NOT NULL AND (\(anyKey)))",
        values: keys)
    }
  }

  /// How the key begins its member in the row's JSON.
  private static func member(_ key: SpanField.Key) -> String { JSONValue.string(key.text.text).json + ":" }
}

extension MetadataHint {
  /// What the metadata of a trace's row tells about a condition on its spans. Of each key the row has the value of the
  /// first span that carries it: what holds of that holds of a span, what does not may hold of another.
  static func verdict(_ field: SpanField, _ test: FilterTest, _ metadata: JSONValue?) -> FilterVerdict {
    guard field.place == .metadata else { return .open }
    guard let metadata else { return .no }
    for key in field.keys {
      guard let value = metadata[key.text.text] else { continue }
      return test.accepts(value, below: key.rest) ? .yes : .open
    }
    return .no
  }
}
