import Compression
import NIOCore
import NIOHPACK
import OTLP
import Store
import Testing

@testable import Server

/// gRPC's framing and headers, byte for byte.
@Suite struct GRPCMessageTests {
  @Test(arguments: 1...9) func readsAMessageInWhateverPiecesItComes(size: Int) throws {
    let sent: [UInt8] = [1, 0, 0, 1, 4] + (0..<260).map { UInt8($0 % 251) }
    var reader = MessageReader()
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: sent.count, by: size) {
      #expect(!reader.isComplete)
      var buffer = ByteBuffer(bytes: sent[start..<min(start + size, sent.count)])
      try reader.readPrefix(&buffer)
      try reader.readMessage(&buffer, to: &bytes)
      #expect(buffer.readableBytes == 0)
    }
    #expect(reader.isComplete && reader.isCompressed && reader.length == 260)
    #expect(bytes == Array(sent.dropFirst(5)))
  }

  @Test func knowsTheLengthBeforeTheMessage() throws {
    var reader = MessageReader()
    var buffer = ByteBuffer(bytes: [0, 0xFF, 0xFF, 0xFF, 0xFF, 7])
    try reader.readPrefix(&buffer)
    #expect(reader.length == Int(UInt32.max) && buffer.readableBytes == 1 && !reader.isComplete)
  }

  @Test func anEmptyMessageIsOne() throws {
    var reader = MessageReader()
    var buffer = ByteBuffer(bytes: [0, 0, 0, 0, 0])
    try reader.readPrefix(&buffer)
    #expect(reader.isComplete && reader.length == 0)
  }

  @Test func refusesAStrangePrefixAndASecondMessage() throws {
    var reader = MessageReader()
    var strange = ByteBuffer(bytes: [2, 0, 0, 0, 0])
    #expect(throws: Failure.self) { try reader.readPrefix(&strange) }
    reader = MessageReader()
    var two = ByteBuffer(bytes: [0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0])
    try reader.readPrefix(&two)
    var bytes: [UInt8] = []
    #expect(throws: Failure.self) { try reader.readMessage(&two, to: &bytes) }
  }

  private static let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

  private func headers(_ path: String = path, _ more: HPACKHeaders = [:]) -> HPACKHeaders {
    var headers: HPACKHeaders = [
      ":method": "POST", ":path": path, ":scheme": "http", "content-type": "application/grpc+proto", "te": "trailers",
    ]
    headers.add(contentsOf: more)
    return headers
  }

  @Test func readsTheHeadersOfACall() throws {
    let head = try CallHead(
      headers(Self.path, ["grpc-encoding": "gzip", "x-project-name": " shop ", "x-bad name": "v"]))
    guard case .export(.traces) = head.method else { throw TestFailure("\(head.method)") }
    #expect(head.encoding == .gzip)
    #expect(head.metadata.requestProject == "shop")
  }

  @Test func tellsWhatIsNoCallFromWhatIsNotServed() {
    func refusal(_ headers: HPACKHeaders) -> String {
      do throws(CallHead.Refusal) {
        _ = try CallHead(headers)
        return "none"
      } catch {
        switch error {
        case .notGRPC(let status): return "HTTP \(status)"
        case .failure(let failure): return failure.answer.map { "\($0.code)" } ?? "none"
        }
      }
    }
    #expect(refusal([":method": "POST", ":path": Self.path, "content-type": "application/json"]) == "HTTP 415")
    #expect(refusal([":method": "GET", ":path": Self.path, "content-type": "application/grpc"]) == "HTTP 405")
    #expect(refusal(headers("/grpc.health.v1.Health/Watch")) == "unimplemented")
    #expect(refusal(headers(Self.path, ["grpc-encoding": "snappy"])) == "unimplemented")
    #expect(refusal(headers()) == "none")
  }

  @Test func saysTwiceWhenToSendAgain() throws {
    let answer = try #require(Failure.store(.overloaded("50 % wait")).answer)
    let headers = answer.trailersOnly
    #expect(headers.first(name: "grpc-status") == "14")
    #expect(headers.first(name: "grpc-message") == "50 %25 wait")
    // RetryInfo { retry_delay { seconds: 1 } }
    #expect(headers.first(name: "google.rpc.retryinfo-bin") == Base64.encode([10, 2, 8, 1]))
    let type = Array("type.googleapis.com/google.rpc.RetryInfo".utf8)
    let detail: [UInt8] = [10, UInt8(type.count)] + type + [18, 4, 10, 2, 8, 1]
    let status = [8, 14, 18, 9] + Array("50 % wait".utf8) + [26, UInt8(detail.count)] + detail
    #expect(headers.first(name: "grpc-status-details-bin") == Base64.encode(status))
  }

  @Test func saysNothingOfAnotherTryWhereThereIsNone() throws {
    let answer = try #require(Failure.tooLarge("The message", limit: 10, isRead: false).answer)
    #expect(answer.trailersOnly.first(name: "grpc-status") == "8")
    #expect(answer.trailersOnly.first(name: "google.rpc.retryinfo-bin") == nil)
    #expect(answer.trailersOnly.first(name: "grpc-status-details-bin") == nil)
  }

  @Test func healthKnowsItsServices() throws {
    #expect(CallMethod.isServed(""))
    #expect(CallMethod.isServed("opentelemetry.proto.collector.logs.v1.LogsService"))
    #expect(!CallMethod.isServed("opentelemetry"))
    #expect(try HealthCheckRequest(protobuf: [10, 2, 0x61, 0x62]).service == "ab")
    #expect(throws: OTLPDecodingError.self) { try HealthCheckRequest(protobuf: [10, 9]) }
    #expect(HealthCheckResponse.serving.protobuf == [8, 1])
  }

  @Test func openCallsAreCounted() {
    let calls = OpenCalls(countMax: 1)
    #expect(calls.begin())
    #expect(!calls.begin())
    calls.end()
    calls.end()
    #expect(calls.begin())
  }
}
