import OTLP
import SwiftProtobuf
import Testing

struct ResponseTests {
  @Test func fullSuccessIsEmpty() {
    #expect(ExportResponse(.traces).protobuf == [])
    #expect(text(ExportResponse(.traces).json) == "{}")
  }

  @Test func partialSuccessNamesCountAndReason() throws {
    let response = ExportResponse(.traces, rejectedCount: 300, message: String(repeating: "why ", count: 50))
    let read = try Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceResponse(serializedBytes: response.protobuf)
    #expect(read.partialSuccess.rejectedSpans == 300)
    #expect(read.partialSuccess.errorMessage == response.message)
    #expect(
      text(ExportResponse(.traces, rejectedCount: 2, message: "a \"b\"").json)
        == #"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"a \"b\""}}"#)
    #expect(text(ExportResponse(.logs, rejectedCount: 1).json) == #"{"partialSuccess":{"rejectedLogRecords":"1"}}"#)
    #expect(text(ExportResponse(.metrics, message: "w").json) == #"{"partialSuccess":{"errorMessage":"w"}}"#)
  }

  @Test func statusInBothEncodings() {
    let status = RPCStatus(.invalidArgument, "no")
    #expect(status.protobuf == [0x08, 3, 0x12, 2, 0x6E, 0x6F])
    #expect(text(status.json) == #"{"code":3,"message":"no"}"#)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
