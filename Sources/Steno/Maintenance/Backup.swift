import ArgumentParser
import Glibc
import Store

struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy a database into one file, while a server uses it or not.",
    discussion: """
      The copy is what the database is at one instant, and whole by itself. A server
      goes on meanwhile; what it writes is not waited for.

      Example:
        $ steno backup /backups/steno-monday.db --data ./traces.db
      """)

  @Argument(help: ArgumentHelp("The file to write.", valueName: "file"))
  var file: String

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  @OptionGroup var data: DataOptions

  func run() throws {
    let path = try DataFile.existing(data, Environment.process(data))
    if Self.isSame(path, file) { throw CommandFailure.usage("\(file) is the database itself") }
    umask(0o077)
    let copy = try ReplacedFile(file, isForced: force)
    var progress = Progress()
    do throws(StoreError) {
      try Store.copy(path, to: copy.partial) { done, all in
        progress.show("\(done * 100 / max(all, 1)) % of \(all) pages")
      }
    } catch {
      progress.end()
      throw CommandFailure(error)
    }
    try copy.finish()
    progress.end()
    Terminal.output("Copied \(path) to \(file).\n")
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }
}
