import Conversations
import Glibc
import Store
import Telemetry

/// A file that no server holds, for the time of one command.
enum OfflineStore {
  static func use(
    _ data: DataOptions, _ conventions: ConventionOptions,
    _ work: (Store) async throws(StoreError) -> Void
  ) async throws(CommandFailure) {
    let environment = try Environment.process(data)
    let table = try Conventions(conventions, environment)
    let path = try DataFile.existing(data, environment)
    umask(0o077)
    let store = try Store.open(for: Store.Configuration(path: path, limits: Limits(), conventions: table))
    var failure: CommandFailure?
    do throws(StoreError) {
      try await work(store)
    } catch {
      failure = CommandFailure(error)
    }
    await store.close()
    if let failure { throw failure }
  }
}
