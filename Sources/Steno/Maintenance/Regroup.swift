import ArgumentParser
import Glibc
import Store

struct Regroup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the rows of a file anew under the conventions in force.",
    discussion: """
      Replays the stored spans in small steps; stopped, it goes on where it was.
      A server does the same by itself, while it serves, when it is started with
      other keys or prices than the rows were made with. So give this command the
      flags that the server is given.

      Example:
        $ steno regroup --data ./traces.db --session-key app.conversation
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var conventions: ConventionOptions

  func run() async throws {
    try await OfflineStore.use(data, conventions) { store throws(StoreError) in
      guard try await store.needsRegrouping() else {
        return Terminal.output("The rows were made under these conventions already.\n")
      }
      let showsProgress = isatty(STDERR_FILENO) == 1
      let count = try await store.regroup { done, all in
        if showsProgress, all > 0 { Terminal.error("\r\(done * 100 / all) % ") }
      }
      if showsProgress { Terminal.error("\r") }
      Terminal.output("Replayed \(count) traces.\n")
    }
  }
}
