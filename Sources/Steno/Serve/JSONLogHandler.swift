import JSON
import Logging
import Telemetry

/// Writes a log as JSON objects, one a line, to standard error: time, level, message, and the metadata as further members.
struct JSONLogHandler: LogHandler {
  var logLevel: Logger.Level = .notice
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let own = event.metadata { all.merge(own) { $1 } }
    Terminal.error(Self.line(event.level, "\(event.message)", all, at: wallClock()))
  }

  static func line(
    _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: UnixNanoseconds
  ) -> String {
    var json = JSONWriter(capacity: 256)
    json.beginObject()
    json.key("time")
    json.string(time.rfc3339)
    json.key("level")
    json.string(level.rawValue)
    json.key("message")
    json.string(message)
    let taken: Set<String> = ["time", "level", "message"]
    for (key, value) in metadata.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    where !taken.contains(key) {
      json.key(key)
      json.string("\(value)")
    }
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }
}
