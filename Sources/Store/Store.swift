package import Conversations
package import OTLP
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

    package init(path: String, limits: Limits, conventions: Conventions) {
      self.path = path
      self.limits = limits
      self.conventions = conventions
    }
  }

  /// Opens or creates the file and migrates it.
  package static func open(_ configuration: Configuration) throws(StoreError) -> Store {
    throw .unavailable("not yet")
  }

  /// Stores a request. Returns once it is committed to disk; on an error nothing of it is stored.
  package func ingest(_ telemetry: DecodedTelemetry) async throws(StoreError) -> IngestReceipt {
    throw .unavailable("not yet")
  }

  package func projects(_ question: ListQuestion) async throws(StoreError) -> Page<ProjectRow> {
    throw .unavailable("not yet")
  }

  package func sessions(_ question: ListQuestion) async throws(StoreError) -> Page<SessionRow> {
    throw .unavailable("not yet")
  }

  package func session(_ id: SessionID) async throws(StoreError) -> SessionDetail? {
    throw .unavailable("not yet")
  }

  package func traces(_ question: ListQuestion) async throws(StoreError) -> Page<TraceRow> {
    throw .unavailable("not yet")
  }

  package func trace(_ id: TraceID) async throws(StoreError) -> StoredTrace? {
    throw .unavailable("not yet")
  }

  /// The traces of a session that have turns, with their payload, `limit` of them from the `from`-th on; nil: no such session.
  package func traces(
    ofSession id: SessionID, from: Int64, limit: Int
  ) async throws(StoreError) -> (session: SessionRow, page: StoredTraces)? {
    throw .unavailable("not yet")
  }

  package func statistics() async throws(StoreError) -> StoreStatistics {
    throw .unavailable("not yet")
  }

  /// Proves that a commit would succeed now.
  package func checkWritable() async throws(StoreError) {
    throw .unavailable("not yet")
  }

  /// Finishes what was accepted, checkpoints, and closes the file.
  package func close() async {}
}
