/// What the store is doing and has done since it was opened.
package struct StoreActivity: Sendable {
  /// Requests that wait for their commit, and the bytes of their bodies.
  package var queuedRequests: Int
  package var queuedBytes: Int
  /// Commits of one or more requests: from the first statement to the sync.
  package var commits: LatencyHistogram.Counts
  /// Questions of the API: from the first statement to the last, without their wait for a reader.
  package var questions: LatencyHistogram.Counts
}

extension Store {
  package var activity: StoreActivity {
    let queued = writer.queued
    return StoreActivity(
      queuedRequests: queued.requests, queuedBytes: queued.bytes, commits: writer.commits.counts,
      questions: readers.questions.counts)
  }
}
