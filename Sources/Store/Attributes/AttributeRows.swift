package import Telemetry

/// Where something stands that spans can be filtered by.
package enum AttributeScope: String, Sendable, CaseIterable { case span, resource, metadata }

/// A key that spans carry.
package struct AttributeRow: Sendable {
  package var scope: AttributeScope
  /// What `AttributeKey` reads.
  package var key: String
  /// As a filter writes it.
  package var field: String
  /// Which of OTLP's value types its values have, in their order in AnyValue; for metadata those of JSON.
  package var types: [AttributeType]
  /// Spans that have it.
  package var count: Int64
}

package enum AttributeType: UInt8, Sendable, CaseIterable { case string, bool, int, double, array, object, bytes, null }

/// A value that spans carry under one key, short enough for a list.
package enum AttributeScalar: Sendable {
  case string(String)
  case bool(Bool)
  case int(Int64)
  case double(Double)
}

package struct AttributeValueRow: Sendable {
  package var value: AttributeScalar
  /// Spans that have it.
  package var count: Int64
}

/// A page, and how much of what is stored it was made from.
package struct AttributePage<Row: Sendable>: Sendable {
  package var page: Page<Row>
  /// Spans that were looked at, the newest traces first.
  package var spansExamined: Int64
  /// Every span under the question's conditions is among them.
  package var isComplete: Bool
  /// Values only: spans with a value that no list shows, a long text or one without an order.
  package var leftOut: Int64 = 0
}

/// A key as the API takes it: `app.tenant` is a span's attribute, and so is `attributes."app.tenant"`;
/// `resource."host.name"` one of its resource; `metadata.customer.tier` a member of its metadata. A part in double
/// quotes may hold anything, `"` and `\` behind a `\`.
package struct AttributeKey: Sendable, Hashable {
  package let scope: AttributeScope
  /// Of metadata: the names on the way, joined by dots.
  package let name: ExactText

  package init(_ text: String) {
    for (prefix, scope) in Self.prefixes where text.utf8.starts(with: prefix.utf8) {
      let rest = text.utf8.dropFirst(prefix.utf8.count)
      self.init(scope: scope, name: Self.unquoted(rest))
      return
    }
    self.init(scope: .span, name: text)
  }

  init(scope: AttributeScope, name: String) {
    self.scope = scope
    self.name = ExactText(name)
  }

  private static let prefixes: [(String, AttributeScope)] = [
    ("attributes.", .span), ("resource.", .resource), ("metadata.", .metadata),
  ]

  /// `a."b.c".d` → `a.b.c.d`.
  private static func unquoted(_ text: some Sequence<UInt8>) -> String {
    var bytes: [UInt8] = []
    var isQuoted = false
    var isEscaped = false
    for byte in text {
      if isEscaped || (byte != UInt8(ascii: "\"") && !(isQuoted && byte == UInt8(ascii: "\\"))) {
        bytes.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else {
        isEscaped = true
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As `init` reads it: the bare key where that means a span's attribute.
  var text: String {
    let isBare = scope == .span && !Self.prefixes.contains { name.text.utf8.starts(with: $0.0.utf8) }
    return isBare ? name.text : field
  }

  /// As a filter writes it.
  var field: String {
    switch scope {
    case .span: "attributes." + Self.quoted(name.text, isChain: false)
    case .resource: "resource." + Self.quoted(name.text, isChain: false)
    case .metadata: "metadata." + Self.quoted(name.text, isChain: true)
    }
  }

  /// Letters, digits and `_` that begin with no digit stand bare; in a chain also several such names with dots between.
  private static func quoted(_ name: String, isChain: Bool) -> String {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if isChain || parts.count == 1, parts.allSatisfy({ isBare($0) }) { return name }
    let escaped = name.utf8.flatMap { byte in
      byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
    }
    return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
  }

  private static func isBare(_ part: Substring.UTF8View) -> Bool {
    guard let first = part.first, !(48...57).contains(first) else { return false }
    return part.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
  }
}
