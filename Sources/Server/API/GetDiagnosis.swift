import HummingbirdCore
import JSON
import Store
import Telemetry

/// `GET /api/v1/doctor`: what looks wrong in the data, each kind with its cure. `deliveries` is what was wrong with
/// requests since the server started.
func getDiagnosis(_ exchange: Exchange) async throws(Failure) -> Response {
  try exchange.refuseParameters()
  let findings = try await exchange.ask { store throws(StoreError) in try await store.findings() }
  let counts = exchange.site.counters.counts
  return .json { json in
    json.key("data")
    json.beginArray()
    for finding in findings { json.finding(finding) }
    json.endArray()
    json.key("deliveries")
    json.beginArray()
    for kind in DeliveryFinding.allCases where kind.count(counts) > 0 {
      json.beginObject()
      json.diagnosis(kind.diagnosis)
      json.member("count", kind.count(counts))
      json.endObject()
    }
    json.endArray()
  }
}

/// Something wrong in words.
struct Diagnosis {
  var name: String
  /// What it means, in a sentence.
  var message: String
  /// What to do, in a sentence.
  var cure: String
}

extension JSONWriter {
  fileprivate mutating func finding(_ finding: Finding) {
    beginObject()
    diagnosis(finding.kind.diagnosis)
    member("trace_count", finding.traceCount)
    member("trace_ids", finding.examples.map(\.hex))
    endObject()
  }

  fileprivate mutating func diagnosis(_ diagnosis: Diagnosis) {
    member("name", diagnosis.name)
    member("message", diagnosis.message)
    member("cure", diagnosis.cure)
  }
}
