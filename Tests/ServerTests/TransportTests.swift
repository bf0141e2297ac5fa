import Compression
import JSON
import Server
import Telemetry
import Testing

extension LiveTests {
  /// HTTP/1.1 as exporters, proxies and browsers speak it.
  @Suite struct TransportTests {
    private static let json = ["Content-Type: application/json"]

    @Test func asksForTheBodyThatWaits() async throws {
      try await LiveServer.run { server in
        let answer = try await server.connect { connection in
          let body = Sample.json()
          try connection.write(
            "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
              + "Content-Length: \(body.count)\r\n\r\n")
          let interim = try connection.readResponse()
          #expect(interim.status == 100)
          try connection.write(body)
          return try connection.readResponse()
        }
        #expect(answer.status == 200)
        #expect(answer["date"] == "Sun, 22 Nov 2026 13:33:14 GMT")
      }
    }

    @Test func refusesTheBodyThatWaits() async throws {
      var limits = Limits()
      limits.requestBodyBytesMax = 1_000
      try await LiveServer.run(limits: limits) { server in
        try await server.connect { connection in
          try connection.write(
            "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
              + "Content-Length: 5000\r\n\r\n")
          let answer = try connection.readResponse()
          #expect(answer.status == 413)
          #expect(answer["connection"] == "close")
          #expect(try connection.isAtEnd())
        }
      }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
      try await LiveServer.run { server in
        try await server.connect { connection in
          var bytes: [UInt8] = []
          for index in 0..<40 {
            let isJSON = index % 2 == 0
            bytes +=
              RawRequest(
                "POST", "/v1/traces",
                headers: ["Content-Type: application/\(isJSON ? "json" : "x-protobuf")"],
                body: isJSON ? Array("{}".utf8) : []
              ).bytes
            bytes += RawRequest("GET", "/nothing/\(index)").bytes
          }
          try connection.write(bytes)
          for index in 0..<40 {
            let answer = try connection.readResponse()
            #expect(answer.status == 200)
            #expect(answer["content-type"] == (index % 2 == 0 ? "application/json" : "application/x-protobuf"))
            #expect(try connection.readResponse().status == 404)
          }
        }
      }
    }

    @Test func readsChunkedBodies() async throws {
      try await LiveServer.run { server in
        let answer = try await server.connect { connection in
          try connection.write(
            "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
          )
          for byte in Sample.json() { try connection.write(Array("1\r\n".utf8) + [byte] + Array("\r\n".utf8)) }
          try connection.write("0\r\n\r\n")
          return try connection.readResponse()
        }
        #expect(answer.status == 200)
        #expect(answer.text == "{}")
      }
    }

    @Test func refusesChunkedBodiesOverTheLimit() async throws {
      var limits = Limits()
      limits.requestBodyBytesMax = 100_000
      try await LiveServer.run(limits: limits) { server in
        try await server.connect { connection in
          try connection.write(
            "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n")
          let chunk = Array("4000\r\n".utf8) + [UInt8](repeating: 0, count: 0x4000) + Array("\r\n".utf8)
          for _ in 0..<20 { try connection.write(chunk) }
          let answer = try connection.readResponse()
          #expect(answer.status == 413)
          #expect(String(decoding: answer.body, as: UTF8.self).contains("100000 bytes"))
          #expect(try connection.isAtEnd())
        }
      }
    }

    /// The client sends all of a body that is refused from its head, and still gets to read why.
    @Test func drainsWhatItRefuses() async throws {
      var limits = Limits()
      limits.requestBodyBytesMax = 1 << 20
      try await LiveServer.run(limits: limits) { server in
        for _ in 0..<5 {
          try await server.connect { connection in
            let body = [UInt8](repeating: 0, count: 24 << 20)
            let request = RawRequest(
              "POST", "/v1/traces", headers: ["Content-Type: application/x-protobuf"], body: body)
            let written = try connection.write(request.bytes)
            #expect(written == request.bytes.count)
            let answer = try connection.readResponse()
            #expect(answer.status == 413)
          }
        }
      }
    }

    @Test(arguments: [ContentEncoding.gzip, .deflate, .zstd])
    func readsCompressedBodies(_ encoding: ContentEncoding) async throws {
      try await LiveServer.run { server in
        let plain = Sample.json()
        let (name, body): (String, [UInt8]) =
          switch encoding {
          case .gzip: ("gzip", try Gzip.compress(plain))
          // Raw deflate: a gzip member without its header of 10 bytes and its trailer of 8.
          case .deflate: ("deflate", Array(try Gzip.compress(plain).dropFirst(10).dropLast(8)))
          case .zstd: ("zstd", try ZstdCompressor().compress(plain))
          }
        for value in [name, name.uppercased()] {
          let answer = try await server.send(
            "POST", "/v1/traces", headers: Self.json + ["Content-Encoding: \(value)"], body: body)
          #expect(answer.status == 200)
          let cut = try await server.send(
            "POST", "/v1/traces", headers: Self.json + ["Content-Encoding: \(value)"], body: Array(body.dropLast(9)))
          #expect(cut.status == 400)
        }
      }
    }

    @Test func answersHeadAndOptions() async throws {
      try await LiveServer.run { server in
        try await server.connect { connection in
          try connection.write(RawRequest("HEAD", "/healthz").bytes)
          let head = try connection.readResponse(isHead: true)
          #expect(head.status == 200)
          #expect(head["content-length"] == "15")
          try connection.write(RawRequest("GET", "/healthz").bytes)
          #expect(try connection.readResponse().text == #"{"status":"ok"}"#)
        }
        let options = try await server.send("OPTIONS", "/api/v1/sessions")
        #expect(options.status == 204)
        #expect(options["allow"] == "GET, HEAD, OPTIONS")
      }
    }

    @Test(arguments: [
      ("http://localhost:3000", true), ("http://127.0.0.1", true), ("https://[::1]:8443", true),
      ("http://app.localhost", true), ("https://app.example", true), ("https://evil.example", false), ("null", false),
      ("http://127.0.0.1.evil.example", false), ("http://localhost.evil.example", false), ("http://1127.0.0.1", false),
    ])
    func letsOnlyKnownOriginsIn(_ origin: String, isAllowed: Bool) async throws {
      try await LiveServer.run(configure: { $0.allowedOrigins = ["https://app.example"] }) { server in
        let preflight = try await server.send(
          "OPTIONS", "/v1/traces",
          headers: [
            "Origin: \(origin)", "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type, x-api-key",
          ])
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-origin"] == (isAllowed ? origin : nil))
        #expect(preflight["access-control-allow-headers"] == (isAllowed ? "content-type, x-api-key" : nil))
        let answer = try await server.get("/healthz", headers: ["Origin: \(origin)"])
        #expect(answer["access-control-allow-origin"] == (isAllowed ? origin : nil))
        #expect(answer["vary"]?.contains("Origin") == true)
      }
    }

    @Test func survivesWhatIsNoHTTP() async throws {
      try await LiveServer.run { server in
        for garbage in [
          "\u{16}\u{03}\u{01}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
          "POST /v1/traces HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
          "GET /api/v1/sessions/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET /%00%ff?%=%&&== HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET http://[:::/?a HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ] {
          _ = try? await server.connect { connection in
            try connection.write(garbage)
            return try connection.readResponse().status
          }
        }
        let answer = try await server.get("/healthz")
        #expect(answer.status == 200)
      }
    }
  }
}
