import Store
import Telemetry

extension Exchange {
  var limits: Limits { site.configuration.limits }

  /// Asks the store; its errors become failures of the request.
  func ask<Answer: Sendable>(
    _ question: (Store) async throws(StoreError) -> Answer
  ) async throws(Failure) -> Answer {
    do throws(StoreError) {
      return try await question(store)
    } catch {
      throw .store(error)
    }
  }

  /// Asks for a list, one of whose parameters may need what the server runs without.
  func askList<Answer: Sendable>(
    _ question: (Store) async throws(StoreError) -> Answer
  ) async throws(Failure) -> Answer {
    do throws(StoreError) {
      return try await question(store)
    } catch .switchedOff(let detail) {
      throw .invalidParameter(name: "q", detail)
    } catch {
      throw .store(error)
    }
  }

  /// For resources that have no parameters.
  func refuseParameters() throws(Failure) {
    try Query(target.query).finish()
  }

  /// The session ID at the first open place of the path.
  func sessionID() throws(Failure) -> SessionID {
    guard let id = SessionID(uuid: capture(0)) else { throw .noSession }
    return id
  }

  /// The trace ID at the first open place of the path.
  func traceID() throws(Failure) -> TraceID {
    guard let id = TraceID(hex: capture(0)) else { throw .noTrace }
    return id
  }
}

extension Failure {
  static var noSession: Failure { .notFound("There is no session of this ID.") }
  static var noUser: Failure { .notFound("There is no user of this ID.") }
  static var noTrace: Failure { .notFound("There is no trace of this ID.") }
  static var noSpan: Failure { .notFound("The trace has no span of this ID.") }
}
