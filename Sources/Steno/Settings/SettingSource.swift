/// Finds the value of a setting, and says where a bad one came from.
struct SettingSource {
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

  /// A flag without a value; its variable is 1 or 0.
  func isOn(_ flag: Bool, _ name: String) throws(CommandFailure) -> Bool {
    if flag { return true }
    return try choice(nil, name, ["1": true, "true": true, "0": false, "false": false]) ?? false
  }

  /// A flag that may be given several times; its variable holds what commas part.
  func texts(_ flags: [String], _ name: String) -> [String] {
    if !flags.isEmpty { return flags }
    return environment[variable(name)]?.split(separator: ",").map { String($0) } ?? []
  }

  /// How a message names the place that a value came from.
  func origin(_ flag: String?, _ name: String) -> String {
    flag == nil ? environment.origin(of: variable(name)) : "--\(name)"
  }

  func variable(_ name: String) -> String {
    "STENO_" + name.uppercased().split(separator: "-").joined(separator: "_")
  }
}
