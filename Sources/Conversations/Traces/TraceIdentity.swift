import Telemetry

/// Whose a trace is: over all of its spans the best rank, then the earliest start, then the smaller span ID.
struct TraceIdentity {
  private(set) var project: Evidence<ProjectName>
  private(set) var session: Evidence<SessionName>?
  private(set) var user: Evidence<UserID>?
  /// The keys of session candidates that name different sessions, ordered by their UTF-8; empty when all agree.
  private(set) var disagreeingKeys: [String] = []

  init(_ forest: SpanForest) {
    var project = Best()
    var session = Best()
    var user = Best()
    // The order of the forest is that of start and span ID: of equal ranks the first stays.
    for place in forest.order {
      project.take(forest.spans[place].project, of: forest.spans[place].spanID)
      session.take(forest.spans[place].session, of: forest.spans[place].spanID)
      user.take(forest.spans[place].user, of: forest.spans[place].spanID)
    }
    if project.candidate == nil {
      let root = forest.order[forest.root]
      project.take(forest.spans[root].serviceProject, of: forest.spans[root].spanID)
    }
    self.project =
      project.evidence { ProjectName($0) }
      ?? Evidence(value: ProjectName(ProjectName.fallback), spanID: nil, key: "", rule: "default")
    self.session = session.evidence { SessionName($0) }
    self.user = user.evidence { UserID($0) }
    if let winner = session.candidate { disagreeingKeys = Self.disagreement(with: winner, in: forest) }
  }

  private struct Best {
    private(set) var candidate: Candidate?
    private var spanID: SpanID?

    mutating func take(_ candidate: Candidate?, of spanID: SpanID) {
      guard let candidate, candidate.rank < self.candidate?.rank ?? .max else { return }
      self.candidate = candidate
      self.spanID = spanID
    }

    func evidence<Value>(_ value: (String) -> Value) -> Evidence<Value>? {
      candidate.map { Evidence(value: value($0.value), spanID: spanID, key: $0.key, rule: $0.rule) }
    }
  }

  private static func disagreement(with winner: Candidate, in forest: SpanForest) -> [String] {
    var keys = DistinctTexts()
    for place in forest.order {
      if let session = forest.spans[place].session, !sameUTF8(session.value, winner.value) {
        _ = keys.insert(session.key)
      }
      for other in forest.spans[place].otherSessions where !sameUTF8(other.value, winner.value) {
        _ = keys.insert(other.key)
      }
    }
    if keys.texts.isEmpty { return [] }
    _ = keys.insert(winner.key)
    return keys.sorted
  }
}
