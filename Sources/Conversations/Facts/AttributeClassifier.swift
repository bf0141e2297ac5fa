import OTLP

/// One pass over a span's attributes and its resource's: each key is looked up once, and what matters is kept as it
/// stands in the body. Only winners are turned into strings, later.
struct AttributeClassifier {
  /// The value of the best row so far.
  struct Ranked<Value> {
    private(set) var row = Conventions.Row.max
    private(set) var value: Value?

    /// Whether a value of this row would win.
    @inline(__always) func wants(_ row: Conventions.Row) -> Bool { row < self.row }

    @inline(__always)
    mutating func take(_ row: Conventions.Row, _ value: Value?) {
      guard row < self.row, let value else { return }
      self.row = row
      self.value = value
    }
  }

  private let conventions: Conventions
  private let view: TelemetryView

  private(set) var sessions = CandidateSet()
  private(set) var users = CandidateSet()
  private(set) var projects = CandidateSet()
  private(set) var serviceName: RankedAttribute?
  private(set) var kind = Ranked<ObservationKind>()
  private(set) var model = Ranked<ValueRef>()
  private(set) var requestParameters = Ranked<ValueRef>()
  private(set) var responseID = Ranked<ValueRef>()
  private(set) var response = Ranked<ValueRef>()
  private(set) var inputTokens = Ranked<Int64>()
  private(set) var outputTokens = Ranked<Int64>()
  private(set) var totalTokens = Ranked<Int64>()
  private(set) var cachedTokens = Ranked<Int64>()
  private(set) var reasoningTokens = Ranked<Int64>()
  private(set) var usage = Ranked<ValueRef>()
  private(set) var cost = Ranked<PicoDollars>()
  private(set) var costParts = Ranked<PicoDollars>()
  private(set) var costDetails = Ranked<ValueRef>()
  private(set) var metadata: AttributeRef?
  private(set) var metadataMembers: [RankedAttribute] = []
  /// Nearly every span has none or one: that costs no allocation.
  private(set) var tags: ValueRef?
  private(set) var moreTags: [ValueRef] = []
  private(set) var isPending = false
  private(set) var pendingParent: ValueRef?
  private(set) var hasMessageKeys = false
  /// The span's attributes that hold messages, in their order: `MessageScan` need not look the keys up again.
  private(set) var messages: [MessageAttribute] = []

  init(_ span: SpanView, _ conventions: Conventions) {
    self.conventions = conventions
    view = span.source
    let attributes = span.attributes
    for index in attributes.indices { classify(attributes[index], at: .span, index) }
    for ref in span.resourceAttributes { classify(ref, at: .resource, nil) }
  }

  @inline(__always)
  private mutating func classify(_ ref: AttributeRef, at place: Convention.Place, _ index: Int?) {
    guard var row = conventions.row(of: view[ref.key], at: place) else { return }
    while true {
      let meaning = conventions.meaning(of: row)
      if meaning.role == .messages {
        hasMessageKeys = true
        if let index {
          if messages.isEmpty { messages.reserveCapacity(view.attributes.count < 32 ? view.attributes.count : 32) }
          messages.append(MessageAttribute(row: meaning.detail, index: index))
        }
      } else {
        take(row, meaning, ref)
      }
      guard let next = conventions.row(after: row) else { return }
      row = next
    }
  }

  private mutating func take(_ row: Conventions.Row, _ meaning: Conventions.Meaning, _ ref: AttributeRef) {
    switch meaning.role {
    case .session: sessions.add(RankedAttribute(row: row, ref: ref), in: view)
    case .user: users.add(RankedAttribute(row: row, ref: ref), in: view)
    case .project: projects.add(RankedAttribute(row: row, ref: ref), in: view)
    case .serviceName: serviceName = RankedAttribute(row: row, ref: ref)
    case .kind: if kind.wants(row) { kind.take(row, readKind(ref.value)) }
    case .model: if model.wants(row), isText(ref.value) { model.take(row, ref.value) }
    case .requestParameters: if isText(ref.value) { requestParameters.take(row, ref.value) }
    case .responseID: if isText(ref.value) { responseID.take(row, ref.value) }
    case .response: if isText(ref.value) { response.take(row, ref.value) }
    case .metadata: metadata = ref
    case .metadataMember: metadataMembers.append(RankedAttribute(row: row, ref: ref))
    case .tags: if tags == nil { tags = ref.value } else { moreTags.append(ref.value) }
    case .spanType: isPending = isText(ref.value) && view.text(ref.value.range) == Convention.pendingSpanType
    case .pendingParent: pendingParent = ref.value
    default: takeUsage(row, meaning, ref)
    }
  }

  private mutating func takeUsage(_ row: Conventions.Row, _ meaning: Conventions.Meaning, _ ref: AttributeRef) {
    switch meaning.role {
    case .inputTokens: inputTokens.take(row, NumberReading.count(ref.value, in: view))
    case .outputTokens: outputTokens.take(row, NumberReading.count(ref.value, in: view))
    case .totalTokens: totalTokens.take(row, NumberReading.count(ref.value, in: view))
    case .cachedTokens: cachedTokens.take(row, NumberReading.count(ref.value, in: view))
    case .reasoningTokens: reasoningTokens.take(row, NumberReading.count(ref.value, in: view))
    case .usage: usage.take(row, ref.value)
    case .costDetails: costDetails.take(row, ref.value)
    case .cost:
      guard let amount = NumberReading.dollars(ref.value, in: view) else { return }
      if meaning.reading == .zeroIsUnknown, amount.value == 0 { return }
      cost.take(row, amount)
    case .costPart:
      let sum = PicoDollars.sum(costParts.value, NumberReading.dollars(ref.value, in: view))
      costParts = Ranked()
      costParts.take(row, sum)
    default: return
    }
  }

  private func isText(_ value: ValueRef) -> Bool { value.kind == .string && !value.range.isEmpty }

  /// Some producers quote the word as JSON.
  private func readKind(_ value: ValueRef) -> ObservationKind? {
    guard value.kind == .string else { return nil }
    var word = WhiteSpace.trimmed(view[value.range])
    if word.count > 2, word.first == UInt8(ascii: "\""), word.last == UInt8(ascii: "\"") {
      word = UnsafeRawBufferPointer(rebasing: word[1..<word.count - 1])
    }
    return conventions.kinds.kind(of: word)
  }
}
