import JSON

/// Rows of a list of the API, page by page.
struct Rows {
  let api: APIClient
  private static let pageMax = 500

  /// Up to `limit` rows.
  func list(_ path: String, _ query: [(String, String?)], limit: Int) throws(CommandFailure) -> [JSONValue] {
    guard limit > 0 else { throw .usage("--limit must be 1 or more") }
    var rows: [JSONValue] = []
    var cursor: String?
    repeat {
      let page = String(min(limit - rows.count, Self.pageMax))
      let answer = try api.get(path, query + [("limit", page), ("cursor", cursor)])
      rows += answer["data"]?.array ?? []
      cursor = answer["next_cursor"]?.string
    } while cursor != nil && rows.count < limit
    return rows
  }
}

extension JSONValue {
  /// The member as a text for a cell; nothing for null.
  func cell(_ key: String) -> String {
    guard let value = self[key], !value.isNull else { return "" }
    return value.string ?? value.json
  }

  /// `2026-11-22 13:20:00` of a time, to the second, UTC.
  func time(_ key: String) -> String {
    let text = cell(key)
    return String(text.prefix(19)).split(separator: "T").joined(separator: " ")
  }

  var tokens: String { self["tokens"]?["total"]?.int64.map { String($0) } ?? "" }

  /// US dollars to the hundredth of a cent.
  var cost: String {
    guard let cost = self["cost_usd"]?.double, cost.isFinite, cost >= 0, cost < 1e12 else { return "" }
    let units = Int64((cost * 10_000).rounded())
    let fraction = String(units % 10_000)
    return "$\(units / 10_000)." + String(repeating: "0", count: 4 - fraction.utf8.count) + fraction
  }
}

extension Screen {
  /// Prints rows as JSON lines, or as a table with what to do next.
  func show(_ rows: [JSONValue], asJSON: Bool, nothing: String, _ table: () -> Table) {
    if asJSON {
      for row in rows { Terminal.output(row.json + "\n") }
    } else if rows.isEmpty {
      Terminal.error(nothing + "\n")
    } else {
      Terminal.output(table().text(on: self))
    }
  }
}
