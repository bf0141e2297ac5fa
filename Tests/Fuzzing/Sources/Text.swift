import Compression
import Filters
import JSON
import Store
import Telemetry

/// JSON texts: tree and reader agree on what is JSON, and what the writer makes of the tree reads as the same text.
@Sendable func fuzzValues(_ input: [UInt8]) {
  input.withUnsafeBytes { bytes in
    let value = try? JSONValue.parse(bytes, depthMax: 100)
    var reader = JSONReader(bytes, depthMax: 100)
    let isSkipped = (try? reader.skip()) != nil && (try? reader.finish()) != nil
    precondition((value != nil) == isSkipped, "tree and reader disagree")
    // 2.5e3 is read as a double and written as 2500, which is read as an integer: the text stays.
    if let value { precondition((try? JSONValue.parse(value.json, depthMax: 100))?.json == value.json, "text changed") }
  }
}

/// Content encodings, chosen by the first byte: never more than the limit.
@Sendable func fuzzEncodings(_ input: [UInt8]) {
  guard let first = input.first else { return }
  let encodings = ContentEncoding.allCases
  let encoding = encodings[Int(first) % encodings.count]
  if let content = try? encoding.decompress(Array(input.dropFirst()), limit: 1 << 20) {
    precondition(content.count <= 1 << 20, "more than the limit")
  }
}

/// Request targets and percent-encoding, before any route is found.
@Sendable func fuzzRequestTarget(_ input: [UInt8]) {
  let target = RequestTarget(String(decoding: input, as: UTF8.self))
  precondition(!target.path.utf8.contains(UInt8(ascii: "?")), "a path without its query")
  for segment in target.segments { _ = PercentEncoding.decode(segment, plusIsSpace: false) }
  _ = PercentEncoding.decode(target.query, plusIsSpace: true)
}

/// Cursors: what decodes encodes to the same text.
@Sendable func fuzzCursor(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  for list in CursorText.List.allCases {
    for key in Sort.Key.allCases {
      for descending in [false, true] {
        let sort = Sort(key: key, descending: descending)
        guard let cursor = CursorText.decode(text, of: list, sort: sort) else { continue }
        precondition(CursorText.encode(cursor, of: list) == text, "another text for the same cursor")
      }
    }
  }
}

/// Filters: every list answers a filter or an error at a place of the text.
@Sendable func fuzzFilter(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  let limits = Limits()
  for list in [FilteredList.sessions, .traces, .spans, .users] {
    do throws(FilterError) {
      _ = try Filter(text, for: list, limits: limits)
    } catch {
      precondition(error.position >= 1 && error.position <= text.unicodeScalars.count + 1, "a place beyond the text")
    }
  }
}
