import Conversations
import Dispatch
import Glibc
import Logging
import Server
import ServiceLifecycle
import Store
import Telemetry
import Testing

/// Tests with a server of their own run one after the other: its tasks share the threads of theirs.
@Suite(.serialized) enum LiveTests {}

/// A server on a free port over a store in a folder of its own, for the time of one test.
struct LiveServer: Sendable {
  private static let conventions = Conventions()

  let port: Int
  /// nil unless the configuration asks for gRPC.
  let grpcPort: Int?
  let store: Store

  static func run(
    limits: Limits = Limits(), configure: (inout HTTPConfiguration) -> Void = { _ in },
    _ body: (LiveServer) async throws -> Void
  ) async throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    let store = try Store.open(
      Store.Configuration(path: folder + "/steno.db", limits: limits, conventions: conventions))
    var configuration = HTTPConfiguration(port: 0, limits: limits, conventions: conventions)
    configure(&configuration)
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let (ports, running) = AsyncStream<ListeningPorts>.makeStream()
    let application = makeApplication(
      configuration: configuration, store: store, clock: { UnixNanoseconds(1_795_354_394_000_000_000) }, logger: logger
    ) { running.yield($0) }
    let group = ServiceGroup(services: [application], logger: logger)
    let serving = Task { try await group.run() }
    var outcome: Result<Void, any Error> = .success(())
    if let ports = await ports.first(where: { _ in true }) {
      do { try await body(LiveServer(port: ports.http, grpcPort: ports.grpc, store: store)) } catch {
        outcome = .failure(error)
      }
    }
    await group.triggerGracefulShutdown()
    try await serving.value
    await store.close()
    try outcome.get()
  }

  /// Runs blocking steps over one connection, on a thread of its own, so that the server's tasks never wait for it.
  func connect<Value: Sendable>(
    port: Int? = nil, _ steps: @escaping @Sendable (RawConnection) throws -> Value
  ) async throws -> Value {
    let port = port ?? self.port
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            return try steps(connection)
          })
      }
    }
  }

  /// One request, one answer.
  func send(
    _ method: String, _ target: String, headers: [String] = [], body: [UInt8]? = nil
  ) async throws -> RawResponse {
    try await connect { connection in
      try connection.write(RawRequest(method, target, headers: headers, body: body).bytes)
      return try connection.readResponse(isHead: method == "HEAD")
    }
  }

  func get(_ target: String, headers: [String] = []) async throws -> RawResponse {
    try await send("GET", target, headers: headers)
  }

  private static func makeFolder() throws -> String {
    var template = Array("/tmp/steno-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp failed") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func removeFolder(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      unlink(path + "/" + name)
    }
    closedir(folder)
    rmdir(path)
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
