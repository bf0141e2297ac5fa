import JSON
package import OTLP
import Telemetry

extension SpanFacts {
  /// Reads a span. `logs` are the log records joined to it, in their order. Without `texts` neither the span's texts nor
  /// the ID of its response are read, which is most of the work; all other facts are the same. `collector` is told what
  /// the span says.
  package init(
    reading span: SpanView, logs: [LogView], conventions: Conventions, texts: Bool = true,
    collector: MessageCollector? = nil
  ) {
    collector?.beginSpan()
    let view = span.source
    let ref = span.ref
    let attributes = AttributeClassifier(span, conventions)
    spanID = ref.spanID
    parentSpanID = ref.parentSpanID
    startTime = ref.startTime
    endTime = ref.endTime
    flags = ref.flags
    name = span.name
    statusCode = ref.statusCode
    statusMessage = view.text(ref.statusMessage)
    attributeCount = ref.attributes.count
    droppedAttributesCount = ref.droppedAttributesCount
    droppedEventsCount = ref.droppedEventsCount
    droppedLinksCount = ref.droppedLinksCount
    isPending = attributes.isPending && ref.parentSpanID != nil
    serviceName = attributes.serviceName.flatMap { Identifier.read($0.ref.value, in: view) }
    model = Self.model(attributes, in: view, conventions)
    tokens = Self.tokens(attributes, in: view, conventions)
    kind = attributes.kind.value ?? (model != nil && tokens != nil ? .llm : .other)
    if let pending = attributes.pendingParent { pendingParentSpanID = SpanID(hex: view.text(pending.range)) }
    readIdentity(span, attributes, conventions)
    readLabels(attributes, in: view, conventions)
    readCost(attributes, in: view, conventions)
    guard texts else { return }
    if kind.isModelCall {
      response = ResponseID.fingerprint(
        attributes.responseID.value, attributes.response.value, in: view, depthMax: conventions.depthMax)
    }
    if attributes.hasMessageKeys || !logs.isEmpty || !ref.events.isEmpty {
      text = SpanText(
        reading: span, attributes.messages, kind: kind, logs: logs, conventions: conventions, collector: collector)
    }
  }

  private mutating func readIdentity(
    _ span: SpanView, _ attributes: AttributeClassifier, _ conventions: Conventions
  ) {
    let view = span.source
    (session, otherSessions) = attributes.sessions.read(conventions, in: view)
    user = attributes.users.read(conventions, in: view).best
    project = attributes.projects.read(conventions, in: view).best
    if let service = attributes.serviceName, let name = serviceName,
      !name.utf8.starts(with: Convention.unnamedService.utf8)
    {
      serviceProject = Candidate(row: service.row, value: name, conventions)
    }
    let header = span.resource.requestProject
    if !header.isEmpty, let row = conventions.headerRow, row < project?.rank ?? .max,
      let name = Identifier.normalised(view.text(header))
    {
      project = Candidate(row: row, value: name, conventions)
    }
  }

  private mutating func readLabels(
    _ attributes: AttributeClassifier, in view: TelemetryView, _ conventions: Conventions
  ) {
    if let first = attributes.tags {
      tags = TextReading.list(first, in: view, depthMax: conventions.depthMax)
      for more in attributes.moreTags {
        tags += TextReading.list(more, in: view, depthMax: conventions.depthMax)
      }
    }
    metadata = MetadataReading.texts(attributes.metadata, attributes.metadataMembers, in: view, conventions)
    if session == nil { session = MetadataIdentity.candidate(.session, in: metadata, conventions) }
    if user == nil { user = MetadataIdentity.candidate(.user, in: metadata, conventions) }
  }

  /// The best row that reports an amount, sums and details included; else by the model's price, for a model call.
  private mutating func readCost(
    _ attributes: AttributeClassifier, in view: TelemetryView, _ conventions: Conventions
  ) {
    var best = attributes.cost
    best.take(attributes.costParts.row, attributes.costParts.value)
    if best.wants(attributes.costDetails.row), let details = attributes.costDetails.value,
      let json = TextReading.json(details, in: view, depthMax: conventions.depthMax)
    {
      best.take(attributes.costDetails.row, UsageObject.cost(json))
    }
    cost = best.value
    if cost == nil, kind.isModelCall, let model, let tokens { cost = conventions.prices.cost(of: model, tokens) }
  }

  private static func tokens(
    _ attributes: AttributeClassifier, in view: TelemetryView, _ conventions: Conventions
  ) -> TokenCounts? {
    let counts = TokenCounts(
      input: attributes.inputTokens.value, output: attributes.outputTokens.value,
      total: attributes.totalTokens.value, cachedInput: attributes.cachedTokens.value,
      reasoning: attributes.reasoningTokens.value)
    if !counts.isEmpty { return counts }
    guard let usage = attributes.usage.value else { return nil }
    return TextReading.json(usage, in: view, depthMax: conventions.depthMax).flatMap { UsageObject.tokens($0) }
  }

  private static func model(
    _ attributes: AttributeClassifier, in view: TelemetryView, _ conventions: Conventions
  ) -> String? {
    if let named = TextReading.text(attributes.model.value, in: view) { return named }
    guard let parameters = attributes.requestParameters.value,
      let model = TextReading.json(parameters, in: view, depthMax: conventions.depthMax)?["model"]?.string
    else { return nil }
    let text = WhiteSpace.trimmed(model)
    return text.isEmpty ? nil : text
  }
}
