import FoundationEssentials
import SwiftProtobuf

typealias ProtoRequest = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest
typealias ProtoLogsRequest = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest
typealias ProtoSpan = Opentelemetry_Proto_Trace_V1_Span
typealias ProtoValue = Opentelemetry_Proto_Common_V1_AnyValue
typealias ProtoKeyValue = Opentelemetry_Proto_Common_V1_KeyValue
typealias ProtoScope = Opentelemetry_Proto_Common_V1_InstrumentationScope
typealias ProtoResource = Opentelemetry_Proto_Resource_V1_Resource

/// Random requests with valid IDs. Messages that are set hold something: an empty one means the same as none.
struct RandomMessages {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func traces() -> ProtoRequest {
    var request = ProtoRequest()
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      var group = Opentelemetry_Proto_Trace_V1_ResourceSpans()
      if random.chance(80) { group.resource = resource() }
      if random.chance(50) { group.schemaURL = "https://opentelemetry.io/schemas/1.37.0" }
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        var scopeGroup = Opentelemetry_Proto_Trace_V1_ScopeSpans()
        if random.chance(80) { scopeGroup.scope = scope() }
        if random.chance(30) { scopeGroup.schemaURL = random.text(4) }
        scopeGroup.spans = (0..<Int.random(in: 0...4, using: &random)).map { _ in span() }
        group.scopeSpans.append(scopeGroup)
      }
      request.resourceSpans.append(group)
    }
    return request
  }

  mutating func logs() -> ProtoLogsRequest {
    var request = ProtoLogsRequest()
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      var group = Opentelemetry_Proto_Logs_V1_ResourceLogs()
      if random.chance(80) { group.resource = resource() }
      var scopeGroup = Opentelemetry_Proto_Logs_V1_ScopeLogs()
      if random.chance(80) { scopeGroup.scope = scope() }
      scopeGroup.logRecords = (0..<Int.random(in: 0...4, using: &random)).map { _ in record() }
      group.scopeLogs = [scopeGroup]
      request.resourceLogs.append(group)
    }
    return request
  }

  mutating func span() -> ProtoSpan {
    var span = ProtoSpan()
    span.traceID = identifier(16)
    span.spanID = identifier(8)
    if random.chance(60) { span.parentSpanID = identifier(8) }
    if random.chance(20) { span.traceState = "vendor=1" }
    span.flags = random.chance(50) ? UInt32.random(in: 0...0x3FF, using: &random) : 0
    span.name = random.text(Int.random(in: 0...12, using: &random))
    span.kind = .init(rawValue: Int.random(in: 0...6, using: &random)) ?? .unspecified
    span.startTimeUnixNano = random.next()
    span.endTimeUnixNano = random.next()
    span.attributes = attributes(6)
    span.droppedAttributesCount = random.chance(20) ? UInt32.random(in: 0...UInt32.max, using: &random) : 0
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      var event = ProtoSpan.Event()
      event.timeUnixNano = random.next()
      event.name = random.text(3)
      event.attributes = attributes(2)
      event.droppedAttributesCount = random.chance(30) ? 7 : 0
      span.events.append(event)
    }
    span.droppedEventsCount = random.chance(10) ? 3 : 0
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      var link = ProtoSpan.Link()
      link.traceID = identifier(16)
      link.spanID = identifier(8)
      link.traceState = random.chance(30) ? "a=b" : ""
      link.attributes = attributes(2)
      link.flags = random.chance(30) ? 0x101 : 0
      span.links.append(link)
    }
    span.droppedLinksCount = random.chance(10) ? 200 : 0
    if random.chance(50) {
      span.status.code = random.chance(50) ? .error : .ok
      if random.chance(50) { span.status.message = random.text(5) }
    }
    return span
  }

  mutating func record() -> Opentelemetry_Proto_Logs_V1_LogRecord {
    var record = Opentelemetry_Proto_Logs_V1_LogRecord()
    record.timeUnixNano = random.chance(50) ? random.next() : 0
    record.observedTimeUnixNano = random.next()
    record.severityNumber = .init(rawValue: Int.random(in: 0...24, using: &random)) ?? .unspecified
    record.severityText = random.chance(50) ? "INFO" : ""
    record.eventName = random.chance(50) ? "gen_ai.user.message" : ""
    if random.chance(80) { record.body = value(depth: 4) }
    record.attributes = attributes(4)
    if random.chance(60) {
      record.traceID = identifier(16)
      record.spanID = identifier(8)
    }
    return record
  }

  private mutating func resource() -> ProtoResource {
    var resource = ProtoResource()
    resource.attributes = attributes(4)
    resource.droppedAttributesCount = 1
    if random.chance(20) {
      var entity = Opentelemetry_Proto_Common_V1_EntityRef()
      entity.type = "service"
      entity.idKeys = ["service.name", "service.namespace"]
      resource.entityRefs = [entity]
    }
    return resource
  }

  private mutating func scope() -> ProtoScope {
    var scope = ProtoScope()
    scope.name = "scope" + random.text(2)
    scope.version = "1.2.3"
    scope.attributes = attributes(2)
    return scope
  }

  private mutating func attributes(_ countMax: Int) -> [ProtoKeyValue] {
    (0..<Int.random(in: 0...countMax, using: &random)).map { _ in attribute(depth: 4) }
  }

  private mutating func attribute(depth: Int) -> ProtoKeyValue {
    var attribute = ProtoKeyValue()
    attribute.key = random.text(Int.random(in: 0...8, using: &random))
    if random.chance(95) { attribute.value = value(depth: depth) }
    return attribute
  }

  mutating func value(depth: Int) -> ProtoValue {
    var value = ProtoValue()
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: value.stringValue = random.text(Int.random(in: 0...200, using: &random))
    case 1: value.boolValue = random.chance(50)
    case 2: value.intValue = Int64(bitPattern: random.next())
    case 3:
      let doubles = [0, -0.0, 3, .nan, .infinity, -.infinity, Double(bitPattern: 5), 0.1]
      value.doubleValue = doubles.randomElement(using: &random) ?? 1
    case 4: value.bytesValue = Data(random.bytes(Int.random(in: 0...9, using: &random)))
    case 5: value.stringValue = ""
    case 6:
      var array = Opentelemetry_Proto_Common_V1_ArrayValue()
      array.values = (0..<Int.random(in: 0...3, using: &random)).map { _ in self.value(depth: depth - 1) }
      value.arrayValue = array
    default:
      var list = Opentelemetry_Proto_Common_V1_KeyValueList()
      list.values = (0..<Int.random(in: 0...3, using: &random)).map { _ in attribute(depth: depth - 1) }
      value.kvlistValue = list
    }
    return value
  }

  private mutating func identifier(_ count: Int) -> Data { Data([1] + random.bytes(count - 1)) }
}

extension SwiftProtobuf.Message {
  var encoded: [UInt8] {
    get throws { [UInt8](try serializedData()) }
  }
}
