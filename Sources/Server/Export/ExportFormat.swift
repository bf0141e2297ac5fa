import HTTPTypes
import Store

/// How a selection is written.
enum ExportFormat: Sendable, Equatable {
  /// A request of OTLP in protobuf, of one signal.
  case otlp(Signal)
  /// OTLP/JSON, a request a line, as the Collector's file exporter writes them.
  case jsonl
  /// A row a turn.
  case csv
  /// One page to read.
  case html

  enum Signal: String, Sendable, CaseIterable { case traces, logs }

  var contentType: String {
    switch self {
    case .otlp: "application/x-protobuf"
    case .jsonl: "application/x-ndjson"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .html: "text/html; charset=utf-8"
    }
  }

  /// What a file of the format is called behind its name.
  var suffix: String {
    switch self {
    case .otlp(let signal): ".\(signal.rawValue).pb"
    case .jsonl: ".jsonl"
    case .csv: ".csv"
    case .html: ".html"
    }
  }

  /// Reads `format`, and `signal` with it.
  init(_ query: inout Query) throws(Failure) {
    let signal = try query.take("signal")
    switch try query.take("format") {
    case "otlp":
      guard let signal else {
        self = .otlp(.traces)
        return
      }
      guard let known = Signal(rawValue: signal) else {
        throw .invalidParameter(name: "signal", "The value is neither traces nor logs.")
      }
      self = .otlp(known)
      return
    case "jsonl": self = .jsonl
    case "csv": self = .csv
    case "html": self = .html
    case nil: throw .invalidParameter(name: "format", "The format is missing: otlp, jsonl, csv or html.")
    default: throw .invalidParameter(name: "format", "The value is none of otlp, jsonl, csv and html.")
    }
    if signal != nil {
      throw .invalidParameter(name: "signal", "Only format=otlp has signals: the other formats hold all of them.")
    }
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
      case "a"..."z", "A"..."Z", "0"..."9", "-", ".": text.unicodeScalars.append(scalar)
      default: text += "_"
      }
    }
    return text
  }
}
