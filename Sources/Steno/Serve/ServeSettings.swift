import Logging

/// What `serve` runs with: flag, else variable, else default.
struct ServeSettings {
  var host: String
  var port: Int
  var grpcPort: Int
  /// nil: the default file.
  var data: String?
  var indexesText: Bool
  var allowedOrigins: [String]
  var logLevel: Logger.Level

  init(_ options: ServeOptions, _ environment: Environment) throws(CommandFailure) {
    let source = Source(environment: environment)
    host = source.text(options.host, "host") ?? "127.0.0.1"
    port = try source.port(options.port, "port") ?? 4318
    grpcPort = try source.port(options.grpcPort, "grpc-port") ?? 4317
    data = source.text(options.data, "data")
    indexesText = try source.choice(options.search, "search", ["on": true, "off": false]) ?? true
    allowedOrigins = source.text(options.allowOrigin, "allow-origin")?.split(separator: ",").map { String($0) } ?? []
    let levels = Logger.Level.allCases.map { ($0.rawValue, $0) }
    let byName = Dictionary(levels) { first, _ in first }
    logLevel = try source.choice(options.logLevel, "log-level", byName) ?? .notice
  }
}

/// Finds the value of a setting, and says where a bad one came from.
private struct Source {
  let environment: Environment

  func text(_ flag: String?, _ name: String) -> String? { flag ?? environment[variable(name)] }

  func port(_ flag: String?, _ name: String) throws(CommandFailure) -> Int? {
    guard let text = text(flag, name) else { return nil }
    guard let port = UInt16(text) else {
      throw .usage("\(origin(flag, name)) must be a port, 0…65535, not \"\(text)\"")
    }
    return Int(port)
  }

  func choice<Value>(_ flag: String?, _ name: String, _ values: [String: Value]) throws(CommandFailure) -> Value? {
    guard let text = text(flag, name) else { return nil }
    guard let value = values[text] else {
      let names = values.keys.sorted().joined(separator: ", ")
      throw .usage("\(origin(flag, name)) must be one of \(names), not \"\(text)\"")
    }
    return value
  }

  private func origin(_ flag: String?, _ name: String) -> String { flag == nil ? variable(name) : "--\(name)" }

  private func variable(_ name: String) -> String {
    "STENO_" + name.uppercased().split(separator: "-").joined(separator: "_")
  }
}
