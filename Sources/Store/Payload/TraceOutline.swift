import SQLite

/// The spans of a trace without their long texts: all that lists and filters ask of them.
struct TraceOutline {
  /// Every stored version of its spans, and where each lies; no log records.
  let material: TraceMaterial

  /// Whether the value of an attribute was left out: only the payload tells it then.
  func isCut(attribute: Int, ofSpan span: Int) -> Bool { false }
}

extension PayloadReader {
  /// The outline of the trace with row `key`.
  func outline(ofTrace key: Int64) throws -> TraceOutline {
    let statement = try database.statement("list_trace_blocks")
    statement.bind(key, at: 1)
    return TraceOutline(material: try material(of: readRuns(statement)))
  }
}
