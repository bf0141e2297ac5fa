/// How a selection is written, by its name in the API.
enum ExportFormat: String, Sendable, CaseIterable {
  /// An ExportTraceServiceRequest in protobuf: the spans.
  case otlp
  /// An ExportLogsServiceRequest in protobuf: the log records that carry messages of the spans.
  case otlpLogs = "otlp-logs"
  /// OTLP/JSON, a request a line, as the Collector's file exporter writes them: spans and log records.
  case jsonl
  /// A row a turn.
  case csv
  /// One page to read.
  case html

  var contentType: String {
    switch self {
    case .otlp, .otlpLogs: "application/x-protobuf"
    case .jsonl: "application/x-ndjson"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .html: "text/html; charset=utf-8"
    }
  }

  /// What a file of the format is called behind its name.
  var suffix: String {
    switch self {
    case .otlp, .otlpLogs: ".\(rawValue).pb"
    case .jsonl, .csv, .html: "." + rawValue
    }
  }

  /// Reads `format`.
  init(_ query: inout Query) throws(Failure) {
    let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
    guard let text = try query.take("format") else {
      throw .invalidParameter(name: "format", "The format is missing: one of \(names).")
    }
    guard let format = Self(rawValue: text) else {
      throw .invalidParameter(name: "format", "The value is none of \(names).")
    }
    self = format
  }
}

/// The name under which a browser saves a file: ASCII letters, digits, dot, hyphen and underline alone, so that it
/// needs no quoting and is no path. Source: RFC 6266 §4.3.
enum FileName {
  private static let scalarsMax = 80

  static func disposition(_ name: String, _ suffix: String) -> String {
    "attachment; filename=\"\(safe(name))\(suffix)\""
  }

  private static func safe(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars.prefix(scalarsMax) {
      switch scalar {
      case "." where text.isEmpty: text += "_"
      case "a"..."z", "A"..."Z", "0"..."9", "-", ".": text.unicodeScalars.append(scalar)
      default: text += "_"
      }
    }
    return text
  }
}
