import Conversations
import SQLite
import Telemetry

/// Whether the text index is there, and how it comes to be there: where a file was written without one, it is built
/// from the stored spans in steps between the commits of requests.
enum SearchState {
  /// The index is kept up to date; absent: what stands in the tables is of no use.
  static let formatName = "search_format"
  static let format: Int64 = 1
  /// Traces up to this key are indexed; absent: all are.
  static let positionName = "search_built_to"
  static let tracesPerStep: Int64 = 64
}

extension Committer {
  /// On: goes on with the index that is there, or begins one where nothing is stored yet. Off: what is there is of no
  /// use from now on.
  func beginSearch(isWanted: Bool) throws {
    guard isWanted else {
      if try counter(SearchState.formatName) != nil { try forgetSearch() }
      return
    }
    if try counter(SearchState.formatName) == SearchState.format {
      search = try SearchIndex(database)
    } else if try database.connection.integer("SELECT EXISTS (SELECT 1 FROM trace)") == 0, try !holdsSearchRows() {
      try setCounter(SearchState.formatName, SearchState.format)
      search = try SearchIndex(database)
    }
  }

  private func holdsSearchRows() throws -> Bool {
    for table in SearchIndex.tables
    where try database.connection.integer("SELECT EXISTS (SELECT 1 FROM \(table))") == 1 { return true }
    return false
  }

  private func forgetSearch() throws {
    try transaction {
      for name in [SearchState.formatName, SearchState.positionName] { try deleteCounter(name) }
    }
  }

  private func deleteCounter(_ name: String) throws {
    let statement = try database.statement("delete_counter")
    statement.bind(name, at: 1)
    try statement.run()
  }

  /// One step on the way to the wanted state. Returns whether there is another.
  func buildSearch(isWanted: Bool) throws -> Bool {
    guard let search else { return try clearSearch(isWanted: isWanted) }
    guard let position = try counter(SearchState.positionName) else { return false }
    return try transaction {
      let traces = try traceIDs(after: position, limit: SearchState.tracesPerStep)
      guard let last = traces.last else {
        try deleteCounter(SearchState.positionName)
        return false
      }
      var changes = Changes()
      for trace in traces {
        let state = TraceState(traceID: trace.id)
        guard try TraceRows.load(state, from: database) else { continue }
        changes.keep(state)
      }
      try search.apply(changes.all, read: messages)
      try setCounter(SearchState.positionName, last.key)
      return true
    }
  }

  private func clearSearch(isWanted: Bool) throws -> Bool {
    let isMore = try transaction { try SearchIndex(database).clearSome() }
    if isMore || !isWanted { return isMore }
    try transaction {
      try setCounter(SearchState.formatName, SearchState.format)
      try setCounter(SearchState.positionName, 0)
    }
    search = try SearchIndex(database)
    return true
  }

  /// All that a trace says, by its stored spans.
  func messages(of state: TraceState) throws -> [UInt64: SaidMessage] {
    let collector = MessageCollector(bytesMax: limits.searchedMessageBytesMax)
    let material = try payload.material(ofTrace: state.traceID, key: state.key)
    _ = try TraceFacts(material.telemetry, conventions: conventions, collector: collector)
    return collector.messages
  }
}

extension Store {
  /// Brings the text index to where it is wanted: built where it is on, removed where it is off, in small transactions
  /// between the commits of requests. Goes on where an earlier run was stopped.
  package func prepareSearch() async throws(StoreError) {
    let isWanted = configuration.searches
    while try await writer.run(while: "building the text index", { try $0.buildSearch(isWanted: isWanted) }) {
      checkpointer.afterCommit()
    }
  }
}
