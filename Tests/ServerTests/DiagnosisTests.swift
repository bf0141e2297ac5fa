import JSON
import Telemetry
import Testing

@testable import Server

extension LiveTests {
  /// `doctor` and `metrics`: what looks wrong, and what was done.
  @Suite struct DiagnosisTests {
    private static let json = ["Content-Type: application/json"]

    @Test func nothingIsWrongWithNothing() async throws {
      try await LiveServer.run { server in
        let doctor = try await server.get("/api/v1/doctor")
        #expect(doctor.text == #"{"data":[],"deliveries":[]}"#)
        let refused = try await server.get("/api/v1/doctor?limit=1")
        #expect(refused.status == 400)
      }
    }

    @Test func namesWhatIsWrongWithItsCure() async throws {
      try await LiveServer.run { server in
        let bodies = [
          Sample.json(attributes: [("user.id", "u")]),
          Array(
            """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAE=",\
            "name":"n","droppedAttributesCount":7,"attributes":[{"key":"session.id","value":{"stringValue":"s"}}]},\
            {"traceId":"00","spanId":"00"}]}]}]}
            """.utf8),
        ]
        for body in bodies {
          let sent = try await server.send("POST", "/v1/traces", headers: Self.json, body: body)
          #expect(sent.status == 200)
        }
        let doctor = try JSONValue.parse(try await server.get("/api/v1/doctor").text)
        let findings = try #require(doctor["data"]?.array)
        #expect(findings.map { $0["name"]?.string } == ["attributes_dropped", "no_session"])
        #expect(findings[0]["cure"]?.string?.contains("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT") == true)
        #expect(findings[0]["trace_count"]?.int64 == 1)
        #expect(findings[0]["trace_ids"]?.array?.map(\.string) == ["00000000000000000000000000000001"])
        #expect(findings[1]["trace_ids"]?.array?.map(\.string) == [Sample.traceID])
        let deliveries = try #require(doctor["deliveries"]?.array)
        #expect(deliveries.map { $0["name"]?.string } == ["base64_ids", "rejected_spans"])
        #expect(deliveries.map { $0["count"]?.int64 } == [2, 1])
      }
    }

    @Test func countsWhatWasDone() async throws {
      try await LiveServer.run { server in
        let body = Sample.json()
        for _ in 1...2 {
          let sent = try await server.send("POST", "/v1/traces", headers: Self.json, body: body)
          #expect(sent.status == 200)
        }
        let refused = try await server.send("POST", "/v1/traces", headers: Self.json, body: [1])
        #expect(refused.status == 400)
        let answer = try await server.get("/metrics")
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = answer.text.split(separator: "\n").map(String.init)
        for line in [
          #"steno_http_answers_total{status="200"} 2"#, #"steno_http_answers_total{status="400"} 1"#,
          #"steno_http_refusals_total{reason="undecodable-body"} 1"#, "steno_accepted_spans_total 2",
          "steno_received_bytes_total \(body.count * 2)", "steno_traces 1", "steno_sessions 1", "steno_spans 1",
        ] { #expect(lines.contains(line), "\(line)") }
        for gauge in ["steno_database_bytes ", "steno_wal_bytes "] {
          #expect(lines.contains { $0.hasPrefix(gauge) }, "\(gauge)")
        }
        // Every sample stands behind its help and type. Source: Prometheus exposition formats.
        var name = ""
        for line in lines {
          let words = line.split(separator: " ")
          if line.hasPrefix("# HELP ") { name = String(words[2]) }
          let heads = [
            "# HELP \(name) ", "# TYPE \(name) ", "\(name) ", "\(name){", "\(name)_bucket{", "\(name)_sum",
            "\(name)_count",
          ]
          #expect(heads.contains { line.hasPrefix($0) }, "\(line)")
        }
      }
    }
  }
}
