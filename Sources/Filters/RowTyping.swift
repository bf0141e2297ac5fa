import Telemetry

/// The value of a condition on a row's field, made of the field's type.
struct RowTyping {
  let field: RowField
  let argument: FilterSyntax.Argument

  func test(_ relation: FilterTest.Relation) throws(FilterError) -> FilterTest {
    if argument.literal == .anything { return FilterTest(.present, .none) }
    switch field.type {
    case .text: return FilterTest(relation, .text(try text()))
    case .number, .milliseconds: return FilterTest(relation, .number(try number()))
    case .time: return FilterTest(relation, .time(try time()))
    case .uuid, .hexadecimal: return FilterTest(try unordered(relation), .bytes(try identifier()))
    case .flag:
      guard case .flag(let flag) = argument.literal else { throw expected("true or false") }
      return FilterTest(try unordered(relation), .flag(flag))
    case .choice(let words): return FilterTest(try unordered(relation), .text(try choice(words)))
    case .texts: return FilterTest(try element(relation), .text(try text()))
    case .choices(let words): return FilterTest(try element(relation), .text(try choice(words)))
    }
  }

  private func text() throws(FilterError) -> ExactText {
    // A name may look like a number: what was written counts.
    if let word = argument.word { return word }
    guard case .text(let text) = argument.literal else { throw expected("a text") }
    return text
  }

  private func number() throws(FilterError) -> ExactNumber {
    switch argument.literal {
    case .number(let number): return number
    case .duration(let nanoseconds) where field.type == .milliseconds: return .double(Double(nanoseconds) / 1e6)
    case .text, .flag, .null, .time, .duration, .anything:
      throw expected(field.type == .milliseconds ? "milliseconds, or a duration such as 1.5s or 250ms" : "a number")
    }
  }

  private func time() throws(FilterError) -> UnixNanoseconds {
    if case .time(let time) = argument.literal { return time }
    if case .text(let text) = argument.literal, let time = UnixNanoseconds(nearestToRFC3339: text.text) { return time }
    throw expected("an RFC 3339 time, such as 2026-11-22T13:20:00Z")
  }

  private func identifier() throws(FilterError) -> [UInt8] {
    let text = try text().text
    switch field.type {
    case .uuid:
      guard let id = SessionID(uuid: text) else { throw expected("a session ID: a UUID of 36 characters") }
      return id.bytes
    case .hexadecimal(let bytes):
      if bytes == 16, let id = TraceID(hex: text) { return id.bytes }
      if bytes == 8, let id = SpanID(hex: text) { return id.bytes }
      throw expected("an ID of \(2 * bytes) hexadecimal digits")
    default: throw expected("an ID")
    }
  }

  private func choice(_ words: [String]) throws(FilterError) -> ExactText {
    let text = try text()
    guard words.contains(where: { ExactText($0) == text }) else {
      throw expected("one of \(words.joined(separator: ", "))")
    }
    return text
  }

  private func unordered(_ relation: FilterTest.Relation) throws(FilterError) -> FilterTest.Relation {
    if relation.ordersValues {
      throw FilterError(
        position: argument.position, message: "`\(field.rawValue)` has no order: it is compared with `=` and `!=`.")
    }
    return .equal
  }

  private func element(_ relation: FilterTest.Relation) throws(FilterError) -> FilterTest.Relation {
    guard relation == .has else {
      throw FilterError(
        position: argument.position,
        message: "`\(field.rawValue)` is a list: what it has is asked with `:`, as in \(field.rawValue):\"…\".")
    }
    return .has
  }

  private func expected(_ what: String) -> FilterError {
    FilterError(position: argument.position, message: "Expected \(what) for `\(field.rawValue)`.")
  }
}

/// The value of a condition on what spans carry: its own type decides which values it can be compared with.
struct SpanTyping {
  let argument: FilterSyntax.Argument

  func test(_ relation: FilterTest.Relation) throws(FilterError) -> FilterTest {
    switch argument.literal {
    case .anything, .null: return FilterTest(.present, .none)
    case .text(let text): return FilterTest(relation, .text(text))
    case .number(let number): return FilterTest(relation, .number(number))
    case .time(let time): return FilterTest(relation, .time(time))
    case .flag(let flag):
      if relation.ordersValues {
        throw FilterError(
          position: argument.position, message: "true and false have no order: they are compared with `=` and `!=`.")
      }
      return FilterTest(relation, .flag(flag))
    case .duration:
      throw FilterError(
        position: argument.position,
        message: "A duration is compared with `duration_ms` only. An attribute has no unit: write its number, or quote "
          + "a text.")
    }
  }
}
