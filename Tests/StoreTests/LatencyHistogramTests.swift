import Store
import Testing

/// Durations in buckets.
@Suite struct LatencyHistogramTests {
  @Test func aBoundBelongsToItsBucket() {
    let histogram = LatencyHistogram()
    for milliseconds in [0, 1, 2, 3, 10_000, 10_001] { histogram.record(.milliseconds(milliseconds)) }
    histogram.record(.milliseconds(1) + .nanoseconds(1))
    histogram.record(.seconds(-1))
    let counts = histogram.counts
    #expect(counts.count == 8)
    #expect(Array(counts.within.prefix(3)) == [3, 2, 1])
    #expect(counts.within.last == 1)
    #expect(counts.within.reduce(0, +) == 7)
    #expect(counts.nanoseconds == 20_008_000_001)
  }

  @Test func boundsAscend() {
    let bounds = LatencyHistogram.boundsMilliseconds
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
  }
}
