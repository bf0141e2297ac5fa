import Conversations
import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/search?q=`: messages, each where it was said first, best first.
func searchMessages(_ exchange: Exchange) async throws(Failure) -> Response {
  var query = try Query(exchange.target.query)
  guard let text = try query.textQuery(exchange.limits) else {
    throw .invalidParameter(name: "q", "The parameter is missing: the words to look for.")
  }
  let shared = try ListQuestion(&query, of: .search, sorts: [], limits: exchange.limits, default: SearchQuestion.order)
  var question = SearchQuestion(text, limit: shared.limit)
  question.cursor = shared.cursor
  question.wantsTotal = shared.wantsTotal
  question.project = try query.take("project").map(ProjectName.init)
  question.ranksWithinProject = exchange.caller.project != nil
  question.userID = try query.take("user_id").map(UserID.init)
  question.sessionID = try query.sessionID()
  question.from = try query.time("from")
  question.to = try query.time("to")
  if let name = try query.take("role") {
    let roles: [MessageRole] = [.system, .user, .assistant, .tool]
    guard let role = roles.first(where: { $0.name == name }) else {
      throw .invalidParameter(name: "role", "The value is none of system, user, assistant and tool.")
    }
    question.role = role
  }
  try query.finish()
  let asked = question
  let page = try await exchange.ask { store throws(StoreError) in try await store.search(asked) }
  return .json { json in
    json.page(page, of: .search) { json, row in json.row(row) }
  }
}

extension Query {
  /// `q`: nil where it was not given.
  mutating func textQuery(_ limits: Limits) throws(Failure) -> TextQuery? {
    guard let text = try take("q") else { return nil }
    do throws(TextQueryError) {
      return try TextQuery(text, limits: limits)
    } catch {
      throw .invalidParameter(name: "q", error.detail)
    }
  }

  mutating func sessionID() throws(Failure) -> SessionID? {
    guard let text = try take("session_id") else { return nil }
    guard let id = SessionID(uuid: text) else {
      throw .invalidParameter(name: "session_id", "The value is no session ID: a UUID of 36 characters.")
    }
    return id
  }
}

extension JSONWriter {
  fileprivate mutating func row(_ row: SearchRow) {
    beginObject()
    member("project", row.project.text)
    member("session_id", row.sessionID?.uuid)
    member("session_name", row.sessionName?.text)
    key("turn")
    if let turn = row.turn { int(turn) } else { null() }
    member("trace_id", row.traceID.hex)
    member("span_id", row.spanID.hex)
    member("role", row.role.name)
    member("user_id", row.userID?.text)
    member("time", row.time)
    member("snippet", row.snippet.html)
    key("score")
    double(row.score)
    endObject()
  }
}

extension Snippet {
  /// HTML that holds no markup but `<mark>`: `&`, `<`, `>` and `"` of the message are escaped.
  fileprivate var html: String {
    pieces.map { piece in
      let text = piece.text.unicodeScalars.reduce(into: "") { text, scalar in
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        default: text.unicodeScalars.append(scalar)
        }
      }
      return piece.isMarked ? "<mark>\(text)</mark>" : text
    }.joined()
  }
}
