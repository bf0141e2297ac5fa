import ArgumentParser
import Conversations
import Glibc
import Store
import Telemetry

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a backup in the place of a database, or only check it.",
    discussion: """
      The file is checked first, and then its copy: pages, and every row against the
      stored spans. Only then does it take the database's place. Give it the flags
      that the server is given, and stop the server before.

      Examples:
        $ steno restore /backups/steno-monday.db --check
        $ steno restore /backups/steno-monday.db --data ./traces.db --force
      """)

  @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
  var file: String

  @Flag(help: "Check the file and change nothing.")
  var check = false

  @Flag(help: "Replace the database if there is one.")
  var force = false

  @OptionGroup var data: DataOptions

  @OptionGroup var conventions: ConventionOptions

  func run() throws {
    let environment = try Environment.process(data)
    let table = try Conventions(conventions, environment)
    if access(file, R_OK) != 0 {
      throw CommandFailure("can't read \(file): \(String(cString: strerror(errno)))")
    }
    let found = try Self.check(file, table)
    let what =
      found.comparesRows
      ? "\(found.report.projects) projects, \(found.report.sessions) sessions, \(found.report.users) users, "
        + "\(found.report.traces) traces: no drift"
      : "its pages are sound; its rows are of another version or other conventions, and are made anew by a server"
    if check { return Terminal.output("Checked \(file): \(what).\n") }
    umask(0o077)
    let target = try DataFile.prepare(SettingSource(environment: environment).text(data.data, "data"), environment)
    try Self.restore(file, to: target, isForced: force, table)
    Terminal.output("Restored \(target) from \(file): \(what).\n")
  }

  private static func check(_ path: String, _ conventions: Conventions) throws(CommandFailure) -> BackupCheck {
    let found: BackupCheck
    do throws(StoreError) {
      found = try Store.check(Store.Configuration(path: path, limits: Limits(), conventions: conventions))
    } catch {
      throw CommandFailure(error)
    }
    if let damage = found.report.damage.first {
      throw CommandFailure("\(path) is damaged: \(damage.singleLine)", hint: "take another backup")
    }
    if !found.report.isClean {
      throw CommandFailure(
        "\(found.report.drifts.count) rows of \(path) differ from its spans",
        hint: "steno verify --repair --data on a copy of it writes them anew")
    }
    return found
  }

  private static func restore(
    _ file: String, to target: String, isForced: Bool, _ conventions: Conventions
  ) throws(CommandFailure) {
    let copy = try ReplacedFile(target, isForced: isForced)
    let isNew = access(target, F_OK) != 0
    // Nobody may have the old one open, and nobody may open it while it is replaced; what state it is in is no matter.
    let lock: ProcessLock
    do throws(StoreError) {
      lock = try ProcessLock(path: target)
    } catch {
      throw CommandFailure(error)
    }
    var isRestored = false
    defer {
      // The lock makes the file that it locks.
      if isNew, !isRestored { unlink(target) }
      lock.release()
    }
    var progress = Progress()
    defer { progress.end() }
    do throws(StoreError) {
      try Store.copy(file, to: copy.partial, isInUse: false) { done, all in
        progress.show("\(done * 100 / max(all, 1)) % of \(all) pages")
      }
    } catch {
      throw CommandFailure(error)
    }
    _ = try check(copy.partial, conventions)
    // Its log must not be taken for the new file's.
    for end in ["-wal", "-shm"] { unlink(target + end) }
    try copy.finish()
    isRestored = true
  }
}
