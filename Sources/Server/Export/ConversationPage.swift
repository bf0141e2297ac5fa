import Conversations
import Store
import Telemetry

/// Turns as one page of HTML that needs nothing but itself: no script, nothing from elsewhere, every text escaped.
struct ConversationPage: TurnRendering {
  var title: String

  /// For the header of the answer and for the page itself, which is opened from disk. The style is the page's own, by
  /// its SHA-256. Source: https://www.w3.org/TR/CSP3/
  static let securityPolicy =
    "default-src 'none'; style-src 'sha256-FIL7Pmn/M1IQnCNQXHNOFaFA1ki8uKT6KiYy3TV43Mo='; base-uri 'none'; form-action 'none'"

  func begin(_ out: inout [UInt8]) {
    append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", to: &out)
    append("<meta http-equiv=\"Content-Security-Policy\" content=\"\(Self.securityPolicy)\">\n", to: &out)
    append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n", to: &out)
    append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>", to: &out)
    append(escaping: title, to: &out)
    append(" · Steno</title>\n<style>\(EmbeddedText.export_css)</style>\n</head>\n<body>\n<main>\n", to: &out)
  }

  func open(_ section: TurnSection, _ out: inout [UInt8]) {
    append("<article>\n<header>\n", to: &out)
    switch section {
    case .session(let row):
      element("h1", row.displayName ?? row.name.text, to: &out)
      facts(
        [
          ("Session", row.name.text), ("Project", row.project.text), ("Users", joined(row.userIDs.map(\.text))),
          ("Began", shown(row.startTime)), ("Ended", shown(row.endTime)), ("Turns", String(row.turnCount)),
          ("Models", joined(row.models)), ("Tokens", row.tokens?.total.map { String($0) }), ("Cost", cost(row.cost)),
          ("Status", row.status.text), ("ID", row.id.uuid),
        ], to: &out)
    case .trace(let row):
      element("h1", row.name, to: &out)
      facts(
        [
          ("Trace", row.id.hex), ("Project", row.project.text), ("Session", row.sessionName?.text),
          ("User", row.userID?.text), ("Began", shown(row.startTime)), ("Ended", shown(row.endTime)),
          ("Model", row.model), ("Tokens", row.tokens?.total.map { String($0) }), ("Cost", cost(row.cost)),
          ("Status", row.status.text),
        ], to: &out)
    }
    append("</header>\n", to: &out)
  }

  func write(_ turn: Turn, of section: TurnSection, _ out: inout [UInt8]) {
    append("<section class=\"\(turn.status.name)\">\n<h2>Turn \(turn.index)</h2>\n<p class=\"meta\">", to: &out)
    let milliseconds = Int64(turn.endTime.milliseconds(since: turn.startTime).rounded())
    append("<time datetime=\"\(turn.startTime.rfc3339)\">\(shown(turn.startTime))</time>", to: &out)
    for fact in ["\(milliseconds) ms", turn.status.name, turn.model, turn.tokens?.total.map { "\($0) tokens" }] {
      guard let fact else { continue }
      append(" · ", to: &out)
      append(escaping: fact, to: &out)
    }
    append("</p>\n", to: &out)
    if let human = turn.human { said(human, by: "Human", to: &out) }
    if let ai = turn.ai { said(ai, by: "AI", to: &out) }
    if let error = turn.error {
      append("<div class=\"failure\">\n<h3>Error</h3>\n", to: &out)
      element("p", error, to: &out)
      append("</div>\n", to: &out)
    }
    append("</section>\n", to: &out)
  }

  func close(_ section: TurnSection, _ out: inout [UInt8]) { append("</article>\n", to: &out) }

  func end(_ out: inout [UInt8]) { append("</main>\n</body>\n</html>\n", to: &out) }

  // MARK: Parts

  private func said(_ text: TurnText, by speaker: String, to out: inout [UInt8]) {
    append("<div class=\"\(speaker.lowercased())\">\n", to: &out)
    element("h3", speaker, to: &out)
    if !text.content.isEmpty { element("p", text.content, to: &out) }
    for part in text.parts { self.part(part, to: &out) }
    for call in text.toolCalls {
      append("<figure>\n", to: &out)
      element("figcaption", "Tool call: \(call.name)", to: &out)
      if !call.arguments.isEmpty { element("pre", call.arguments, to: &out) }
      append("</figure>\n", to: &out)
    }
    append("</div>\n", to: &out)
  }

  /// Parts that are no text are named, not shown: the page loads nothing.
  private func part(_ part: ContentPart, to out: inout [UInt8]) {
    let (type, media): (String, Media) =
      switch part {
      case .text, .reasoning, .toolResult, .other: ("", Media())
      case .image(let media): ("Image", media)
      case .audio(let media): ("Audio", media)
      case .video(let media): ("Video", media)
      case .file(let media): ("File", media)
      }
    if type.isEmpty { return }
    let address = media.url.flatMap { $0.utf8.starts(with: "data:".utf8) ? nil : $0 }
    let facts = [type, media.mediaType, media.name, address].compactMap { $0 }
    append("<p class=\"media\">", to: &out)
    append(escaping: facts.joined(separator: " · "), to: &out)
    append("</p>\n", to: &out)
  }

  private func facts(_ facts: [(name: String, value: String?)], to out: inout [UInt8]) {
    append("<dl>\n", to: &out)
    for (name, value) in facts {
      guard let value else { continue }
      append("<div><dt>\(name)</dt>", to: &out)
      element("dd", value, to: &out)
      append("</div>\n", to: &out)
    }
    append("</dl>\n", to: &out)
  }

  /// To the second: the attribute of `time` has it whole.
  private func shown(_ time: UnixNanoseconds) -> String {
    time.rfc3339.prefix(19).replacing("T", with: " ") + " UTC"
  }

  private func joined(_ texts: [String]) -> String? { texts.isEmpty ? nil : texts.joined(separator: ", ") }

  /// To the hundredth of a cent.
  private func cost(_ cost: PicoDollars?) -> String? {
    guard let cost else { return nil }
    let units = (cost.value + 50_000_000) / 100_000_000
    let fraction = String(units % 10_000)
    return "$\(units / 10_000)." + String(repeating: "0", count: 4 - fraction.count) + fraction
  }

  /// A text from outside: its own direction of writing, and every character that means something escaped.
  private func element(_ name: String, _ text: String, to out: inout [UInt8]) {
    append("<\(name) dir=\"auto\">", to: &out)
    append(escaping: text, to: &out)
    append("</\(name)>", to: &out)
  }

  private func append(_ text: String, to out: inout [UInt8]) { out.append(contentsOf: text.utf8) }

  private func append(escaping text: String, to out: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): append("&amp;", to: &out)
      case UInt8(ascii: "<"): append("&lt;", to: &out)
      case UInt8(ascii: ">"): append("&gt;", to: &out)
      case UInt8(ascii: "\""): append("&quot;", to: &out)
      case UInt8(ascii: "'"): append("&#39;", to: &out)
      // HTML has no place for these; the replacement character says that something stood here.
      case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F: append("\u{FFFD}", to: &out)
      default: out.append(byte)
      }
    }
  }
}
