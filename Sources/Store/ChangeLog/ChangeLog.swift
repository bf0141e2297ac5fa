import SQLite
import Telemetry

/// The table of changes, as the writer keeps it: what a transaction changed is written as one row of it. Changes have
/// consecutive numbers, so that a reader who knows the last one that it saw can go on behind it.
/// Confined to the writer.
final class ChangeLog {
  private let database: Database
  private let keptMax: Int64
  private var things: [ChangedThing] = []
  private var known: Set<ChangedThing> = []
  /// The number of the next change; nil until it is read from the table.
  private var next: Int64?

  init(_ database: Database, limits: Limits) {
    self.database = database
    keptMax = Int64(limits.changesKeptMax)
  }

  /// Notes a change of the transaction under way.
  func note(_ thing: ChangedThing) {
    if known.insert(thing).inserted { things.append(thing) }
  }

  func isNoted(_ thing: ChangedThing) -> Bool { known.contains(thing) }

  /// To be called as the last of a transaction. Returns whether it changed anything.
  func write() throws -> Bool {
    if things.isEmpty { return false }
    let first = try next ?? numberBehindLast()
    let statement = try database.statement("insert_change")
    statement.bind(first, at: 1)
    statement.bind(things.flatMap(\.bytes), at: 2)
    try statement.run()
    let end = first + Int64(things.count)
    try trim(from: first, to: end)
    next = end
    clear()
    return true
  }

  /// The transaction was rolled back.
  func forget() {
    next = nil
    clear()
  }

  private func clear() {
    things.removeAll(keepingCapacity: things.count < 4_096)
    known.removeAll(keepingCapacity: things.count < 4_096)
  }

  /// Every hundredth of what is kept, so that most commits delete nothing.
  private func trim(from first: Int64, to end: Int64) throws {
    let step = max(1, keptMax / 100)
    if first / step == end / step { return }
    try database.run("trim_changes", end - keptMax)
  }

  private func numberBehindLast() throws -> Int64 {
    let statement = try database.statement("last_change")
    guard try statement.step() else { return 1 }
    defer { statement.reset() }
    return statement.integer(0) + statement.integer(1) / Int64(ChangedThing.byteCount)
  }
}
