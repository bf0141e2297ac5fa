import Logging
import Store

/// Makes the rows of the file anew beside the requests, where they were made under other conventions.
enum Regrouping {
  /// Ends early when the store is closed; the next start goes on from there.
  static func run(_ store: Store, _ logger: Logger) async {
    do throws(StoreError) {
      guard try await store.needsRegrouping() else { return }
      logger.notice("regrouping started: the rows were made under other conventions")
      let count = try await store.regroup()
      logger.notice("regrouping ended", metadata: ["traces": "\(count)"])
    } catch .unavailable {
      logger.notice("regrouping stopped; the next start goes on from here")
    } catch {
      logger.error("regrouping failed", metadata: ["error": "\(error)"])
    }
  }
}
