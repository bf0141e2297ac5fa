/// Metrics are accepted so that exporters stay quiet, and counted; they are not stored.
package enum MetricPoints {
  /// How many data points an ExportMetricsServiceRequest holds. Its messages are read down to the points.
  package static func count(protobuf body: [UInt8]) throws(OTLPDecodingError) -> Int {
    try body.withBytes { bytes throws(OTLPDecodingError) in
      try count(WireReader(bytes), levels: [0x0A, 0x12, 0x12])
    }
  }

  /// `levels`: the tags of the messages on the way down to a Metric.
  private static func count(_ message: WireReader, levels: ArraySlice<UInt32>) throws(OTLPDecodingError) -> Int {
    var reader = message
    var points = 0
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if let level = levels.first {
        if tag == level {
          points += try count(WireReader(reader.bytes, try reader.lengthDelimited()), levels: levels.dropFirst())
        } else {
          try reader.skip(tag)
        }
        continue
      }
      switch tag {
      // gauge, sum, histogram, exponential_histogram, summary: data_points is 1 in each.
      case 0x2A, 0x3A, 0x4A, 0x52, 0x5A: points += try pointCount(reader.bytes, try reader.lengthDelimited())
      default: try reader.skip(tag)
      }
    }
    return points
  }

  private static func pointCount(
    _ bytes: UnsafeRawBufferPointer, _ message: ByteRange
  ) throws(OTLPDecodingError) -> Int {
    var reader = WireReader(bytes, message)
    var points = 0
    while !reader.isAtEnd {
      let tag = try reader.tag()
      guard tag == 0x0A else {
        try reader.skip(tag)
        continue
      }
      points += 1
      var point = WireReader(bytes, try reader.lengthDelimited())
      while !point.isAtEnd { try point.skip(try point.tag()) }
    }
    return points
  }
}
