import SQLite
import Telemetry

/// The outlines that hang on the one of a block which changes: read before anything is written, written anew after.
struct DependentOutlines {
  /// The outline that this block's own is compressed against.
  private let head: (key: Int64, bytes: [UInt8])?
  /// Those that are compressed against this block's own.
  private let dependents: [(key: Int64, bytes: [UInt8])]

  /// A chain's first block has no base, and its outlines hang on blocks farther along the chain only.
  init(ofBlock key: Int64, _ payload: PayloadReader) throws {
    let database = payload.database
    head = try Self.head(ofOutline: key, database).map { (key: $0, bytes: try payload.block($0).bytes) }
    var dependents: [(key: Int64, bytes: [UInt8])] = []
    if head == nil {
      for block in try Self.chain(behind: key, database)
      where try Self.head(ofOutline: block, database) == key {
        dependents.append((key: block, bytes: try payload.block(block).bytes))
      }
    }
    self.dependents = dependents
  }

  var keys: [Int64] { dependents.map(\.key) }

  /// Writes the block's outline and those that hang on it. `outline` nil: it is gone, and the first of them takes its
  /// place.
  func write(_ key: Int64, outline: [UInt8]?, _ blocks: BlockRows) throws {
    var head = head
    if let outline {
      try blocks.rewrite(outline: key, bytes: outline, head: head)
      head = head ?? (key: key, bytes: outline)
    } else {
      try blocks.database.run("delete_outline", key)
    }
    for dependent in dependents {
      try blocks.rewrite(outline: dependent.key, bytes: dependent.bytes, head: head)
      head = head ?? dependent
    }
  }

  private static func head(ofOutline key: Int64, _ database: Database) throws -> Int64? {
    let statement = try database.statement("find_outline_state")
    statement.bind(key, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.reset() }
    return statement.optionalInteger(0)
  }

  /// The blocks that are compressed against this one, and those against them, in their order.
  private static func chain(behind key: Int64, _ database: Database) throws -> [Int64] {
    var found: [Int64] = []
    var next = [key]
    while let block = next.popLast() {
      let statement = try database.statement("list_dependent_blocks")
      statement.bind(block, at: 1)
      var keys: [Int64] = []
      // A block is younger than its base: there is no way back to it.
      while try statement.step() { if statement.integer(0) > block { keys.append(statement.integer(0)) } }
      found += keys
      next += keys
    }
    return found.sorted()
  }
}
