package import Conversations
package import OTLP
import SQLite
package import Telemetry

/// One SQLite file: what was sent, packed, and the rows that the API shows of it.
///
/// The narrow set of questions that the server asks. Every answer is a plain value; every call may be made from any
/// task; none runs SQL on the caller's thread.
package final class Store: Sendable {
  package struct Configuration: Sendable {
    /// The database file; its folder must exist.
    package var path: String
    package var limits: Limits
    package var conventions: Conventions
    /// Whether messages are indexed for text search.
    package var searches: Bool

    package init(path: String, limits: Limits, conventions: Conventions, searches: Bool = true) {
      self.path = path
      self.limits = limits
      self.conventions = conventions
      self.searches = searches
    }
  }

  let configuration: Configuration
  let readers: ReaderPool
  let writer: Writer
  let checkpointer: Checkpointer
  let purger: Purger
  /// Deletions of many traces go one after another.
  let deletionTurn = Turn()
  let feed: ChangeFeed
  let series = SeriesMemo()
  private let lock: ProcessLock

  /// Opens or creates the file and migrates it.
  package static func open(_ configuration: Configuration) throws(StoreError) -> Store {
    do {
      return try Store(configuration)
    } catch {
      throw StoreError(error, while: "opening \(configuration.path)")
    }
  }

  private init(_ configuration: Configuration) throws {
    self.configuration = configuration
    lock = try ProcessLock(path: configuration.path)
    let database = try Schema.openForWriting(path: configuration.path)
    let committer = try Committer(
      database, conventions: configuration.conventions, limits: configuration.limits,
      searches: configuration.searches)
    try committer.noteConventionsOfEmptyFile()
    feed = committer.feed
    let isPurging = try committer.resumeDeletions()
    checkpointer = try Checkpointer(path: configuration.path)
    writer = Writer(committer, checkpointer: checkpointer, limits: configuration.limits)
    purger = Purger(writer, checkpointer: checkpointer)
    if isPurging { purger.wake() }
    readers = ReaderPool(path: configuration.path, limits: configuration.limits)
  }

  /// Stores a request. Returns once it is committed to disk; on an error nothing of it is stored.
  package func ingest(_ telemetry: DecodedTelemetry) async throws(StoreError) -> IngestReceipt {
    let collector =
      configuration.searches ? MessageCollector(bytesMax: configuration.limits.searchedMessageBytesMax) : nil
    let request = PreparedRequest(telemetry, conventions: configuration.conventions, collector: collector)
    if request.facts.isEmpty && request.logs.isEmpty { return IngestReceipt(storedSpans: 0, repeatedSpans: 0) }
    return try await writer.commit(request)
  }

  /// Proves that a commit would succeed now, by one.
  package func checkWritable() async throws(StoreError) {
    try await writer.run(while: "a trial commit") { committer in
      let statement = try committer.database.statement("add_counter")
      statement.bind("trial_commits", at: 1)
      statement.bind(1, at: 2)
      try statement.run()
    }
  }

  /// Finishes what was accepted, checkpoints, and closes the file.
  package func close() async {
    purger.stop()
    await writer.finish()
    await readers.close()
    await checkpointer.close()
    await writer.close()
    lock.release()
  }
}
