package import Telemetry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a condition asks of a value. A value that is absent, null, or of another type answers no.
package struct FilterTest: Sendable, Equatable {
  package enum Relation: Sendable { case present, equal, less, lessOrEqual, greater, greaterOrEqual, has }

  /// What the value is compared with; for a field of a row already of the field's type.
  package enum Operand: Sendable, Equatable {
    case text(ExactText)
    case number(ExactNumber)
    case flag(Bool)
    case time(UnixNanoseconds)
    case bytes([UInt8])
    /// For `present`.
    case none
  }

  package let relation: Relation
  package let operand: Operand

  package init(_ relation: Relation, _ operand: Operand) {
    self.relation = relation
    self.operand = operand
  }
}

extension FilterTest {
  package func accepts(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { accepts(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// A text: compared by its bytes, searched for its part, or read as the time that it is.
  package func accepts(utf8: UnsafeRawBufferPointer) -> Bool {
    switch operand {
    case .text(let text):
      var text = text.text
      return text.withUTF8 { wanted in
        let wanted = UnsafeRawBufferPointer(wanted)
        return relation == .has ? utf8.contains(bytes: wanted) : holds(utf8.order(to: wanted))
      }
    case .time(let time):
      return UnixNanoseconds(rfc3339: String(decoding: utf8, as: UTF8.self)).map { holds($0.order(to: time)) } ?? false
    case .none: return relation == .present
    case .number, .flag, .bytes: return false
    }
  }

  package func accepts(_ number: ExactNumber) -> Bool {
    switch operand {
    case .number(let wanted): number.compared(to: wanted).map(holds) ?? false
    case .none: relation == .present
    case .text, .flag, .time, .bytes: false
    }
  }

  package func accepts(_ flag: Bool) -> Bool {
    switch operand {
    case .flag(let wanted): flag == wanted
    case .none: relation == .present
    case .text, .number, .time, .bytes: false
    }
  }

  package func accepts(_ time: UnixNanoseconds) -> Bool {
    switch operand {
    case .time(let wanted): holds(time.order(to: wanted))
    case .none: relation == .present
    case .text, .number, .flag, .bytes: false
    }
  }

  package func accepts(bytes: [UInt8]) -> Bool {
    switch operand {
    case .bytes(let wanted): bytes == wanted
    case .none: relation == .present
    case .text, .number, .flag, .time: false
    }
  }

  /// A list: it has an element that equals the operand.
  package func accepts(_ list: [String]) -> Bool {
    switch relation {
    case .present: !list.isEmpty
    case .has: list.contains { asElement.accepts($0) }
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: false
    }
  }

  /// What `has` asks of each element of a list, and of each key of a map.
  package var asElement: FilterTest { FilterTest(.equal, operand) }

  /// Whether a value that stands to the operand as -1, 0 or 1 says is one that was asked for.
  package func holds(_ order: Int) -> Bool {
    switch relation {
    case .present: true
    case .equal, .has: order == 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

extension UnixNanoseconds {
  fileprivate func order(to other: UnixNanoseconds) -> Int { self < other ? -1 : self == other ? 0 : 1 }
}

extension UnsafeRawBufferPointer {
  fileprivate func order(to other: UnsafeRawBufferPointer) -> Int {
    let shared = Swift.min(count, other.count)
    if shared > 0, let a = baseAddress, let b = other.baseAddress {
      let order = memcmp(a, b, shared)
      if order != 0 { return order < 0 ? -1 : 1 }
    }
    return count < other.count ? -1 : count == other.count ? 0 : 1
  }

  /// Looks for the first byte, then compares the rest.
  fileprivate func contains(bytes wanted: UnsafeRawBufferPointer) -> Bool {
    guard let first = wanted.first, let part = wanted.baseAddress else { return true }
    guard let base = baseAddress else { return false }
    var at = 0
    while count - at >= wanted.count {
      guard let found = memchr(base + at, Int32(first), count - at - wanted.count + 1) else { return false }
      if memcmp(found, part, wanted.count) == 0 { return true }
      at = base.distance(to: UnsafeRawPointer(found)) + 1
    }
    return false
  }
}
