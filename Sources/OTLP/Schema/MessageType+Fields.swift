extension MessageType {
  /// The message's fields, ordered by number.
  var fields: [Field] {
    switch self {
    case .traceRequest: [Field(1, "resourceSpans", "resource_spans", .message(.resourceSpans), .repeated)]
    case .resourceSpans: Self.resourceGroup("scopeSpans", "scope_spans", .scopeSpans)
    case .scopeSpans: Self.scopeGroup("spans", "spans", .span)
    case .span: Self.spanFields
    case .event:
      [
        Field(1, "timeUnixNano", "time_unix_nano", .fixed64),
        Field(2, "name", "name", .string),
        Field(3, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(4, "droppedAttributesCount", "dropped_attributes_count", .uint32),
      ]
    case .link:
      [
        Field(1, "traceId", "trace_id", .traceID),
        Field(2, "spanId", "span_id", .spanID),
        Field(3, "traceState", "trace_state", .string),
        Field(4, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(5, "droppedAttributesCount", "dropped_attributes_count", .uint32),
        Field(6, "flags", "flags", .fixed32),
      ]
    case .status:
      [Field(2, "message", "message", .string), Field(3, "code", "code", .enumeration(.statusCode))]
    case .logRequest: [Field(1, "resourceLogs", "resource_logs", .message(.resourceLogs), .repeated)]
    case .resourceLogs: Self.resourceGroup("scopeLogs", "scope_logs", .scopeLogs)
    case .scopeLogs: Self.scopeGroup("logRecords", "log_records", .logRecord)
    case .logRecord: Self.logRecordFields
    case .resource, .entityRef, .scope, .keyValue, .anyValue, .arrayValue, .keyValueList: commonFields
    case .metricRequest, .resourceMetrics, .scopeMetrics, .metric, .gauge, .sum, .histogram, .exponentialHistogram,
      .summary, .numberPoint, .histogramPoint, .exponentialPoint, .buckets, .summaryPoint, .quantile, .exemplar:
      metricFields
    }
  }

  static func resourceGroup(_ name: StaticString, _ protoName: StaticString, _ scopeGroup: MessageType) -> [Field] {
    [
      Field(1, "resource", "resource", .message(.resource)),
      Field(2, name, protoName, .message(scopeGroup), .repeated),
      Field(3, "schemaUrl", "schema_url", .string),
    ]
  }

  static func scopeGroup(_ name: StaticString, _ protoName: StaticString, _ item: MessageType) -> [Field] {
    [
      Field(1, "scope", "scope", .message(.scope)),
      Field(2, name, protoName, .message(item), .repeated),
      Field(3, "schemaUrl", "schema_url", .string),
    ]
  }

  private static var spanFields: [Field] {
    [
      Field(1, "traceId", "trace_id", .traceID),
      Field(2, "spanId", "span_id", .spanID),
      Field(3, "traceState", "trace_state", .string),
      Field(4, "parentSpanId", "parent_span_id", .spanID),
      Field(5, "name", "name", .string),
      Field(6, "kind", "kind", .enumeration(.spanKind)),
      Field(7, "startTimeUnixNano", "start_time_unix_nano", .fixed64),
      Field(8, "endTimeUnixNano", "end_time_unix_nano", .fixed64),
      Field(9, "attributes", "attributes", .message(.keyValue), .repeated),
      Field(10, "droppedAttributesCount", "dropped_attributes_count", .uint32),
      Field(11, "events", "events", .message(.event), .repeated),
      Field(12, "droppedEventsCount", "dropped_events_count", .uint32),
      Field(13, "links", "links", .message(.link), .repeated),
      Field(14, "droppedLinksCount", "dropped_links_count", .uint32),
      Field(15, "status", "status", .message(.status)),
      Field(16, "flags", "flags", .fixed32),
    ]
  }

  private static var logRecordFields: [Field] {
    [
      Field(1, "timeUnixNano", "time_unix_nano", .fixed64),
      Field(2, "severityNumber", "severity_number", .enumeration(.severityNumber)),
      Field(3, "severityText", "severity_text", .string),
      Field(5, "body", "body", .message(.anyValue)),
      Field(6, "attributes", "attributes", .message(.keyValue), .repeated),
      Field(7, "droppedAttributesCount", "dropped_attributes_count", .uint32),
      Field(8, "flags", "flags", .fixed32),
      Field(9, "traceId", "trace_id", .traceID),
      Field(10, "spanId", "span_id", .spanID),
      Field(11, "observedTimeUnixNano", "observed_time_unix_nano", .fixed64),
      Field(12, "eventName", "event_name", .string),
    ]
  }

  private var commonFields: [Field] {
    switch self {
    case .resource:
      [
        Field(1, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(2, "droppedAttributesCount", "dropped_attributes_count", .uint32),
        Field(3, "entityRefs", "entity_refs", .message(.entityRef), .repeated),
      ]
    case .entityRef:
      [
        Field(1, "schemaUrl", "schema_url", .string),
        Field(2, "type", "type", .string),
        Field(3, "idKeys", "id_keys", .string, .repeated),
        Field(4, "descriptionKeys", "description_keys", .string, .repeated),
      ]
    case .scope:
      [
        Field(1, "name", "name", .string),
        Field(2, "version", "version", .string),
        Field(3, "attributes", "attributes", .message(.keyValue), .repeated),
        Field(4, "droppedAttributesCount", "dropped_attributes_count", .uint32),
      ]
    case .keyValue: [Field(1, "key", "key", .string), Field(2, "value", "value", .message(.anyValue))]
    case .anyValue:
      [
        Field(1, "stringValue", "string_value", .string, oneof: true),
        Field(2, "boolValue", "bool_value", .bool, oneof: true),
        Field(3, "intValue", "int_value", .int64, oneof: true),
        Field(4, "doubleValue", "double_value", .double, oneof: true),
        Field(5, "arrayValue", "array_value", .message(.arrayValue), oneof: true),
        Field(6, "kvlistValue", "kvlist_value", .message(.keyValueList), oneof: true),
        Field(7, "bytesValue", "bytes_value", .bytes, oneof: true),
      ]
    case .arrayValue: [Field(1, "values", "values", .message(.anyValue), .repeated)]
    case .keyValueList: [Field(1, "values", "values", .message(.keyValue), .repeated)]
    default: []
    }
  }
}
