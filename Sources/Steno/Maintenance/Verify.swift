import ArgumentParser
import Store

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a file: every row against the stored spans.",
    discussion: """
      Names each row that differs, in one line. Exit code 0: all is as it should
      be; 1: rows differ, or the file is damaged. With --repair the rows are
      written anew from the spans, which are never changed. Give it the flags that
      the server is given, and stop the server before.

      Example:
        $ steno verify --data ./traces.db --repair
      """)

  @Flag(help: "Write the rows anew where they differ.")
  var repair = false

  @OptionGroup var data: DataOptions
  @OptionGroup var conventions: ConventionOptions

  func run() async throws {
    let repair = repair
    var failure: CommandFailure?
    try await OfflineStore.use(data, conventions) { store throws(StoreError) in
      failure = try await Self.verify(store, repair: repair)
    }
    if let failure { throw failure }
  }

  /// Returns why the file is not as it should be; nil when it is, or is again.
  private static func verify(_ store: Store, repair: Bool) async throws(StoreError) -> CommandFailure? {
    if try await store.needsRegrouping() {
      return CommandFailure(
        "the rows were made under other conventions",
        hint: "give the flags that the server is given, or run steno regroup first")
    }
    let report = try await store.verify(repair: repair)
    Terminal.output(report.text)
    if report.isClean { return nil }
    if !report.damage.isEmpty {
      return CommandFailure("the file is damaged", hint: "restore it from a backup")
    }
    guard repair else {
      return CommandFailure("rows differ from the stored spans", hint: "steno verify --repair writes them anew")
    }
    let after = try await store.verify(repair: false)
    if after.isClean {
      Terminal.output("Repaired.\n")
      return nil
    }
    Terminal.output(after.text)
    return CommandFailure("rows differ after the repair, too")
  }
}

extension VerificationReport {
  /// The counts, then each finding in a line of its own.
  fileprivate var text: String {
    var lines = damage.map { "damage: \($0.singleLine)" }
    if damage.isEmpty {
      lines.append(
        "Checked \(projects) projects, \(sessions) sessions, \(users) users, \(traces) traces: "
          + (drifts.isEmpty ? "no drift." : "\(drifts.count) rows differ."))
    }
    lines += drifts.map { drift in
      let what = drift.field.hasPrefix("has no ") ? drift.field : "\(drift.field) differs"
      return "drift: \(drift.kind) \(drift.id.singleLine): \(what)"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
