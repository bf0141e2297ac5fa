import ArgumentParser
import Glibc
import JSON

struct Tail: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show sessions and traces as they are committed, until it is stopped.",
    discussion: """
      When the connection breaks it is made again, and nothing in between is missed.

      Example:
        $ steno tail --json | jq .id
      """)

  @Flag(help: "The events as JSON, one in a line.")
  var json = false

  @OptionGroup var client: ClientOptions

  /// Seconds between two attempts to reach a server that was there before, at the most.
  private static let pauseSecondsMax: UInt32 = 10
  /// Seconds of silence, the server's own signs of life included, after which a connection is taken for dead.
  private static let silenceSecondsMax = 60

  func run() throws {
    let api = try APIClient(client)
    let screen = Screen.current()
    var lastID: String?
    var pause: UInt32 = 1
    var hasConnected = false
    while true {
      do throws(CommandFailure) {
        let path = "/api/v1/events"
        let answer = try api.send(
          "GET", path, headers: ["Accept: text/event-stream"] + (lastID.map { ["Last-Event-ID: \($0)"] } ?? []))
        try api.check(answer, path)
        answer.setPatience(Self.silenceSecondsMax)
        (hasConnected, pause) = (true, 1)
        var events = EventStream()
        while let piece = try answer.next() {
          for event in events.take(piece) {
            lastID = event.id ?? lastID
            show(event, screen)
          }
        }
      } catch {
        // A server that never answered, or that refuses, will not do otherwise by itself.
        if !hasConnected { throw error }
        if screen.width != nil { Terminal.error("\(error.message); trying again\n") }
      }
      sleep(pause)
      pause = min(pause * 2, Self.pauseSecondsMax)
    }
  }

  private func show(_ event: EventStream.Event, _ screen: Screen) {
    guard let data = try? JSONValue.parse(event.data), data["id"] != nil || data["trace_id"] != nil else { return }
    if json { return Terminal.output(data.json + "\n") }
    let isSession = event.name == "session"
    let place = isSession ? data.cell("project") : data["session_name"]?.string ?? data.cell("trace_id")
    let tokens = data.tokens.isEmpty ? "" : "\(data.tokens) tokens"
    let said = data.cell(isSession ? "last_message" : "input")
    let name = data["display_name"]?.string ?? data.cell("name")
    let facts: [String] = [
      place, data.cell("user_id"), data.cell("model"), tokens, data.cost, data.cell("status"), said,
    ]
    let told = facts.filter { !$0.isEmpty }.map(Plain.line).joined(separator: " · ")
    let line = "\(data.time("end_time"))  \(isSession ? "session" : "trace  ")  \(Plain.line(name))  \(told)"
    Terminal.output((screen.width.map { TextWidth.cut(line, to: $0) } ?? line) + "\n")
  }
}

/// Server-sent events out of pieces of a stream. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
struct EventStream {
  struct Event {
    var name: String
    var id: String?
    var data: String
  }

  /// Bytes of a line and of an event's data at the most; what is longer is passed over.
  private static let bytesMax = 16 << 20
  private var line: [UInt8] = []
  private var name = ""
  private var id: String?
  private var data: [String] = []
  private var bytes = 0

  mutating func take(_ piece: [UInt8]) -> [Event] {
    var events: [Event] = []
    for byte in piece {
      guard byte == UInt8(ascii: "\n") else {
        if line.count < Self.bytesMax { line.append(byte) }
        continue
      }
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if let event = end(of: String(decoding: line, as: UTF8.self)) { events.append(event) }
      line.removeAll(keepingCapacity: true)
    }
    return events
  }

  private mutating func end(of line: String) -> Event? {
    if line.isEmpty {
      defer { (name, id, data, bytes) = ("", nil, [], 0) }
      if id == nil && data.isEmpty { return nil }
      return Event(name: name, id: id, data: data.joined(separator: "\n"))
    }
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var value = parts.count > 1 ? parts[1] : ""
    if value.first == " " { value.removeFirst() }
    switch parts[0] {
    case "event": name = String(value)
    case "id": id = String(value)
    case "data" where bytes + value.utf8.count <= Self.bytesMax:
      bytes += value.utf8.count
      data.append(String(value))
    default: break
    }
    return nil
  }
}
