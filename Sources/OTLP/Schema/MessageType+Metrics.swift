extension MessageType {
  /// The fields of the metrics messages, ordered by number. Metrics are only counted: JSON is transcoded by these.
  var metricFields: [Field] {
    switch self {
    case .metricRequest: [Field(1, "resourceMetrics", "resource_metrics", .message(.resourceMetrics), .repeated)]
    case .resourceMetrics: Self.resourceGroup("scopeMetrics", "scope_metrics", .scopeMetrics)
    case .scopeMetrics: Self.scopeGroup("metrics", "metrics", .metric)
    case .metric:
      [
        Field(1, "name", "name", .string),
        Field(2, "description", "description", .string),
        Field(3, "unit", "unit", .string),
        Field(5, "gauge", "gauge", .message(.gauge), oneof: true),
        Field(7, "sum", "sum", .message(.sum), oneof: true),
        Field(9, "histogram", "histogram", .message(.histogram), oneof: true),
        Field(10, "exponentialHistogram", "exponential_histogram", .message(.exponentialHistogram), oneof: true),
        Field(11, "summary", "summary", .message(.summary), oneof: true),
        Field(12, "metadata", "metadata", .message(.keyValue), .repeated),
      ]
    case .gauge: [Self.points(.numberPoint)]
    case .sum: [Self.points(.numberPoint), Self.temporality, Field(3, "isMonotonic", "is_monotonic", .bool)]
    case .histogram: [Self.points(.histogramPoint), Self.temporality]
    case .exponentialHistogram: [Self.points(.exponentialPoint), Self.temporality]
    case .summary: [Self.points(.summaryPoint)]
    case .numberPoint:
      Self.times + [
        Field(4, "asDouble", "as_double", .double, oneof: true),
        Field(5, "exemplars", "exemplars", .message(.exemplar), .repeated),
        Field(6, "asInt", "as_int", .sfixed64, oneof: true),
        Field(7, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(8, "flags", "flags", .uint32),
      ]
    default: distributionFields
    }
  }

  private var distributionFields: [Field] {
    switch self {
    case .histogramPoint:
      Self.times + [
        Field(4, "count", "count", .fixed64),
        Field(5, "sum", "sum", .double, .explicit),
        Field(6, "bucketCounts", "bucket_counts", .fixed64, .repeated),
        Field(7, "explicitBounds", "explicit_bounds", .double, .repeated),
        Field(8, "exemplars", "exemplars", .message(.exemplar), .repeated),
        Field(9, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(10, "flags", "flags", .uint32),
        Field(11, "min", "min", .double, .explicit),
        Field(12, "max", "max", .double, .explicit),
      ]
    case .exponentialPoint:
      [Field(1, "attributes", "attributes", .message(.keyValue), .repeated)] + Self.times + [
        Field(4, "count", "count", .fixed64),
        Field(5, "sum", "sum", .double, .explicit),
        Field(6, "scale", "scale", .sint32),
        Field(7, "zeroCount", "zero_count", .fixed64),
        Field(8, "positive", "positive", .message(.buckets)),
        Field(9, "negative", "negative", .message(.buckets)),
        Field(10, "flags", "flags", .uint32),
        Field(11, "exemplars", "exemplars", .message(.exemplar), .repeated),
        Field(12, "min", "min", .double, .explicit),
        Field(13, "max", "max", .double, .explicit),
        Field(14, "zeroThreshold", "zero_threshold", .double),
      ]
    case .buckets:
      [Field(1, "offset", "offset", .sint32), Field(2, "bucketCounts", "bucket_counts", .uint64, .repeated)]
    case .summaryPoint:
      Self.times + [
        Field(4, "count", "count", .fixed64),
        Field(5, "sum", "sum", .double),
        Field(6, "quantileValues", "quantile_values", .message(.quantile), .repeated),
        Field(7, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(8, "flags", "flags", .uint32),
      ]
    case .quantile: [Field(1, "quantile", "quantile", .double), Field(2, "value", "value", .double)]
    case .exemplar:
      [
        Field(2, "timeUnixNano", "time_unix_nano", .fixed64),
        Field(3, "asDouble", "as_double", .double, oneof: true),
        Field(4, "spanId", "span_id", .spanID),
        Field(5, "traceId", "trace_id", .traceID),
        Field(6, "asInt", "as_int", .sfixed64, oneof: true),
        Field(7, "filteredAttributes", "filtered_attributes", .message(.keyValue), .repeated),
      ]
    default: []
    }
  }

  private static func points(_ type: MessageType) -> Field {
    Field(1, "dataPoints", "data_points", .message(type), .repeated)
  }

  private static var temporality: Field {
    Field(2, "aggregationTemporality", "aggregation_temporality", .enumeration(.aggregationTemporality))
  }

  private static var times: [Field] {
    [
      Field(2, "startTimeUnixNano", "start_time_unix_nano", .fixed64),
      Field(3, "timeUnixNano", "time_unix_nano", .fixed64),
    ]
  }
}
