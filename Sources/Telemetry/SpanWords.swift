/// OTel's names of the numbers of a span. A number that OTLP does not know yet is shown as it is.
package enum SpanWords {
  /// Source: opentelemetry/proto/trace/v1/trace.proto, SpanKind.
  package static func kind(_ number: Int32) -> String {
    switch number {
    case 0: "UNSPECIFIED"
    case 1: "INTERNAL"
    case 2: "SERVER"
    case 3: "CLIENT"
    case 4: "PRODUCER"
    case 5: "CONSUMER"
    default: String(number)
    }
  }

  /// Source: opentelemetry/proto/trace/v1/trace.proto, StatusCode.
  package static func status(_ number: Int32) -> String {
    switch number {
    case 0: "UNSET"
    case 1: "OK"
    case 2: "ERROR"
    default: String(number)
    }
  }
}
