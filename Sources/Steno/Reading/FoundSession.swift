import JSON

/// The session that a person named: by its ID, or by the client's name for it.
struct FoundSession {
  let row: JSONValue

  var id: String { row.cell("id") }

  init(_ named: String, project: String?, _ api: APIClient) throws(CommandFailure) {
    if Self.isID(named) {
      row = try api.get("/api/v1/sessions/\(named)")
      return
    }
    let rows = try Rows(api: api).list("/api/v1/sessions", [("session", named), ("project", project)], limit: 10)
    guard let first = rows.first else {
      throw CommandFailure("there is no session \"\(Plain.line(named))\"", hint: "steno sessions lists them")
    }
    if rows.count > 1 {
      let projects = rows.map { Plain.line($0.cell("project")) }.joined(separator: ", ")
      throw CommandFailure("several projects have such a session: \(projects)", hint: "name one with --project")
    }
    row = first
  }

  /// A UUID as the API writes it.
  private static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0 | 0x20) } }
  }
}
