import CSQLite
import Synchronization

extension Connection {
  /// From now on every page that this connection writes to the database file has zeros where SQLite keeps nothing.
  ///
  /// `PRAGMA secure_delete` zeroes the cells that are deleted, but when rows move between pages, the copies that stay
  /// behind in the gap of a rebuilt page are left there (btree.c, rebuildPage), and outlive the row. So the write
  /// itself clears them, in the buffer that goes to the file: only bytes that SQLite never reads, at no time a byte
  /// that it does. In WAL mode that is when a checkpoint copies a page.
  ///
  /// For files without reserved bytes at the end of pages.
  package func scrubWrittenPages() throws(SQLiteError) {
    var file: UnsafeMutablePointer<sqlite3_file>?
    let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
    guard code == SQLITE_OK, let file, let original = file.pointee.pMethods else { throw error(sql: "FILE_POINTER") }
    file.pointee.pMethods = ScrubbingMethods.table(around: original)
  }

  /// Drops what the page cache holds: the next look at a page reads it from the file again.
  package func forgetPages() { sqlite3_db_release_memory(handle) }
}

/// The methods of a file with `xWrite` replaced, and behind them those that it had. SQLite sees the first member alone.
/// Source: https://www.sqlite.org/c3ref/io_methods.html
private struct ScrubbingMethods {
  var methods: sqlite3_io_methods
  let original: UnsafePointer<sqlite3_io_methods>

  /// One table for each table of the VFS, of which there are a handful; they live as long as the process.
  private static let tables = Mutex<[UInt: UInt]>([:])

  static func table(around original: UnsafePointer<sqlite3_io_methods>) -> UnsafePointer<sqlite3_io_methods> {
    let address = UInt(bitPattern: original)
    let table = tables.withLock { tables in
      // A file whose writes are scrubbed already stays as it is.
      if tables.values.contains(address) { return address }
      if let known = tables[address] { return known }
      let made = UnsafeMutablePointer<Self>.allocate(capacity: 1)
      made.initialize(to: Self(methods: original.pointee, original: original))
      made.pointee.methods.xWrite = writeScrubbed
      tables[address] = UInt(bitPattern: made)
      return UInt(bitPattern: made)
    }
    return UnsafePointer(bitPattern: table) ?? original
  }
}

/// SQLITE_IOERR_WRITE, a macro that Swift does not import.
private let writeFailed: Int32 = SQLITE_IOERR | 3 << 8

private func writeScrubbed(
  _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: sqlite3_int64
) -> Int32 {
  guard let bytes, let methods = file?.pointee.pMethods else { return writeFailed }
  let original = UnsafeRawPointer(methods).load(as: ScrubbingMethods.self).original
  guard let write = original.pointee.xWrite else { return writeFailed }
  let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
  guard let free = BTreePage(page, at: offset)?.free, free.contains(where: { page[$0].contains { $0 != 0 } }) else {
    return write(file, bytes, count, offset)
  }
  return withUnsafeTemporaryAllocation(byteCount: page.count, alignment: 16) { scrubbed in
    scrubbed.copyMemory(from: page)
    for range in free {
      UnsafeMutableRawBufferPointer(rebasing: scrubbed[range]).initializeMemory(as: UInt8.self, repeating: 0)
    }
    return write(file, scrubbed.baseAddress, count, offset)
  }
}

/// A b-tree page of a database file with auto-vacuum. Source: https://www.sqlite.org/fileformat2.html#b_tree_pages
package struct BTreePage {
  /// The bytes that hold nothing: the gap between cell pointers and cells, and the insides of free blocks.
  package let free: [Range<Int>]

  /// nil: what is written is no b-tree page, or not one as the format describes it.
  /// - Parameter offset: of the page in the file, in bytes.
  package init?(_ page: UnsafeRawBufferPointer, at offset: Int64) {
    guard page.count >= 512, page.count & (page.count - 1) == 0, offset % Int64(page.count) == 0 else { return nil }
    let number = offset / Int64(page.count) + 1
    if Self.isPointerMap(number, pageBytes: page.count) { return nil }
    func integer(_ at: Int) -> Int { Int(page[at]) << 8 | Int(page[at + 1]) }
    let header = number == 1 ? 100 : 0
    let headerBytes: Int
    switch page[header] {
    case 2, 5: headerBytes = 12
    case 10, 13: headerBytes = 8
    // The first byte of any other page that is in use: a page number's, of a file below 2^25 pages.
    default: return nil
    }
    let cellCount = integer(header + 3)
    let pointers = header + headerBytes
    let gapStart = pointers + 2 * cellCount
    // 0 stands for 65,536.
    let contentStart = integer(header + 5) == 0 ? 65_536 : integer(header + 5)
    guard gapStart <= contentStart, contentStart <= page.count, page[header + 7] <= 60 else { return nil }
    for cell in 0..<cellCount where !(contentStart..<page.count).contains(integer(pointers + 2 * cell)) { return nil }
    var free = [gapStart..<contentStart]
    var block = integer(header + 1)
    var least = contentStart
    while block != 0 {
      guard block >= least, block + 4 <= page.count else { return nil }
      let end = block + integer(block + 2)
      guard end >= block + 4, end <= page.count else { return nil }
      free.append(block + 4..<end)
      least = end
      block = integer(block)
    }
    self.free = free
  }

  /// Whether the page holds the pointer map of an auto-vacuum file. Source: the file format, §1.8, and for the page of
  /// the lock byte §1.6.
  private static func isPointerMap(_ number: Int64, pageBytes: Int) -> Bool {
    if number < 2 { return false }
    let mapped = Int64(pageBytes / 5 + 1)
    let first = (number - 2) / mapped * mapped + 2
    let lockBytePage = Int64(0x4000_0000 / pageBytes + 1)
    return number == (first == lockBytePage ? first + 1 : first)
  }
}
