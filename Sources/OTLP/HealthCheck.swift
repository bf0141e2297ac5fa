/// The messages of `grpc.health.v1.Health/Check`.
/// Source: https://github.com/grpc/grpc/blob/master/doc/health-checking.md
package struct HealthCheckRequest: Sendable {
  /// Full name of the service that is asked about; empty: the server as a whole.
  package var service = ""

  package init(protobuf body: [UInt8]) throws(OTLPDecodingError) {
    let outcome: Result<String, OTLPDecodingError> = body.withUnsafeBytes { bytes in
      do throws(OTLPDecodingError) { return .success(try Self.service(bytes)) } catch { return .failure(error) }
    }
    service = try outcome.get()
  }

  private static func service(_ bytes: UnsafeRawBufferPointer) throws(OTLPDecodingError) -> String {
    var reader = WireReader(bytes)
    var service = ""
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if tag == 1 << 3 | UInt32(WireType.lengthDelimited.rawValue) {
        let range = try reader.lengthDelimited()
        service = String(decoding: bytes[range.range], as: UTF8.self)
      } else {
        try reader.skip(tag)
      }
    }
    return service
  }
}

/// Source: grpc.health.v1.HealthCheckResponse.ServingStatus.
package enum HealthCheckResponse: UInt8, Sendable {
  case serving = 1
  case notServing = 2

  package var protobuf: [UInt8] {
    var writer = WireWriter()
    writer.tag(1, .varint)
    writer.varint(UInt64(rawValue))
    return writer.bytes
  }
}
