import Compression
import JSON
import Server
import Telemetry
import Testing

extension LiveTests {
  /// Every error of ingest, in both encodings: status, the request's content type, and a google.rpc.Status as body.
  @Suite struct IngestErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
      var name: String
      var method = "POST"
      var path = "/v1/traces"
      var headers: [String] = []
      var body: [UInt8]
      var status: Int
      var code: Int

      var testDescription: String { name }
    }

    static let encodings: [(type: String, isJSON: Bool)] = [
      ("application/x-protobuf", false), ("application/protobuf", false), ("application/json", true),
    ]

    static let cases: [Case] = [
      Case(name: "undecodable", body: [0xFF, 0xFF], status: 400, code: 3),
      Case(name: "not gzip", headers: ["Content-Encoding: gzip"], body: Sample.protobuf, status: 400, code: 3),
      Case(name: "not zstd", headers: ["Content-Encoding: zstd"], body: Sample.protobuf, status: 400, code: 3),
      Case(name: "not deflate", headers: ["Content-Encoding: deflate"], body: [0xFF, 0xFF], status: 400, code: 3),
      Case(name: "unknown encoding", headers: ["Content-Encoding: br"], body: Sample.protobuf, status: 415, code: 3),
      Case(name: "wrong method", method: "PUT", body: Sample.protobuf, status: 405, code: 12),
      Case(name: "unknown path", path: "/v1/nothing", body: Sample.protobuf, status: 404, code: 5),
      Case(
        name: "old FutureAGI SDK", path: "/tracer/observation-span/create_otel_span/", body: Sample.protobuf,
        status: 404, code: 5),
      Case(name: "too large", body: [UInt8](repeating: 0, count: 2_000), status: 413, code: 8),
    ]

    @Test(arguments: cases) func answersInTheEncodingOfTheRequest(_ example: Case) async throws {
      var limits = Limits()
      limits.requestBodyBytesMax = 1_000
      try await LiveServer.run(limits: limits) { server in
        for (type, isJSON) in Self.encodings {
          let answer = try await server.send(
            example.method, example.path, headers: ["Content-Type: \(type); charset=utf-8"] + example.headers,
            body: example.body)
          #expect(answer.status == example.status)
          #expect(answer["content-type"] == type)
          if isJSON {
            let json = try JSONValue.parse(answer.text)
            #expect(json["code"]?.int64 == Int64(example.code))
            #expect(json["message"]?.string?.isEmpty == false)
          } else {
            #expect(answer.body.starts(with: [0x08, UInt8(example.code), 0x12]))
          }
        }
      }
    }

    @Test func namesWhatIsAllowedAndAccepted() async throws {
      try await LiveServer.run { server in
        #expect(try await server.get("/v1/traces")["allow"] == "POST, OPTIONS")
        let text = try await server.send("POST", "/v1/traces", headers: ["Content-Type: text/plain"], body: [])
        #expect(text.status == 415)
        #expect(text["accept"] == "application/x-protobuf, application/json")
        #expect(text.text.contains("application/x-protobuf"))
        let none = try await server.send("POST", "/v1/traces", body: [])
        #expect(none.status == 415)
      }
    }

    @Test func namesTheLimit() async throws {
      var limits = Limits()
      limits.decompressedBodyBytesMax = 10_000
      try await LiveServer.run(limits: limits) { server in
        let bomb = try Gzip.compress([UInt8](repeating: 0, count: 20_000))
        let answer = try await server.send(
          "POST", "/v1/traces", headers: ["Content-Type: application/json", "Content-Encoding: gzip"], body: bomb)
        #expect(answer.status == 413)
        #expect(answer.text.contains("10000 bytes"))
      }
    }

    @Test func neverRedirects() async throws {
      try await LiveServer.run { server in
        for path in [
          "/v1/traces", "/v1/traces/", "//v1/traces", "/tracer/v1/traces/", "/api/public/otel/v1/traces",
          "/otel/v1/traces", "/api/v1/private/otel/v1/traces", "/v1/logs", "/v1/metrics",
        ] {
          let answer = try await server.send(
            "POST", path, headers: ["Content-Type: application/x-protobuf"], body: [])
          #expect(answer.status == 200, "\(path)")
          #expect(answer.body.isEmpty)
          #expect(answer["content-type"] == "application/x-protobuf")
        }
      }
    }
  }
}
