extension EnumerationType {
  /// The number of a value's full name in the .proto file; nil for a name that it does not have.
  func number(named name: String) -> Int32? {
    switch self {
    case .spanKind:
      Self.number(
        of: name, prefix: "SPAN_KIND_", in: ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"])
    case .statusCode: Self.number(of: name, prefix: "STATUS_CODE_", in: ["UNSET", "OK", "ERROR"])
    case .aggregationTemporality:
      Self.number(of: name, prefix: "AGGREGATION_TEMPORALITY_", in: ["UNSPECIFIED", "DELTA", "CUMULATIVE"])
    case .severityNumber: Self.number(of: name, prefix: "SEVERITY_NUMBER_", in: Self.severities)
    }
  }

  private static func number(of name: String, prefix: String, in names: [String]) -> Int32? {
    guard name.hasPrefix(prefix) else { return nil }
    let rest = name.dropFirst(prefix.count)
    return names.firstIndex { $0 == rest }.map { Int32($0) }
  }

  private static let severities =
    ["UNSPECIFIED"]
    + ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap { [$0, $0 + "2", $0 + "3", $0 + "4"] }
}
