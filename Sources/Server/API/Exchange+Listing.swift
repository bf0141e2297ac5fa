import Filters
import HummingbirdCore
import JSON
import Store

extension Exchange {
  /// Answers a page of a list: reads the parameters that such lists share, asks, and writes the rows.
  func list<Row: Sendable>(
    _ list: CursorText.List, _ filtered: FilteredList, sorts: [Sort.Key],
    ask: (Store, ListQuestion) async throws(StoreError) -> Page<Row>, write: (inout JSONWriter, Row) -> Void
  ) async throws(Failure) -> Response {
    var query = try Query(target.query)
    var question = try ListQuestion(&query, of: list, sorts: sorts, limits: limits)
    try question.readNarrowing(&query, of: filtered, limits: limits)
    try query.finish()
    let asked = question
    let page = try await askList { store throws(StoreError) in try await ask(store, asked) }
    return .json { json in json.page(page, of: list, write) }
  }
}
