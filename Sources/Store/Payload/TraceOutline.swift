import OTLP
import SQLite
import Telemetry

/// The spans of a trace without their long texts: all that lists and filters ask of them. The facts of a span are the
/// same as those of the whole one, but for what comes out of texts; so is the version of it that wins.
struct TraceOutline {
  /// Every stored version of its spans, and where each lies; no log records. A value that was left out is empty, and of
  /// the kind that was sent.
  let material: TraceMaterial
  /// Of each span, where in `cuts` its attributes begin whose values were left out, as places among its attributes.
  private let cutStarts: [Int]
  private let cuts: [Int]

  init(material: TraceMaterial, cutStarts: [Int], cuts: [Int]) {
    self.material = material
    self.cutStarts = cutStarts
    self.cuts = cuts
  }

  /// Whether the value of an attribute was left out: only the payload tells it then.
  /// - Parameters:
  ///   - attribute: its place among the span's attributes, from 0.
  ///   - span: the span's index in the telemetry.
  func isCut(attribute: Int, ofSpan span: Int) -> Bool {
    guard cutStarts.indices.contains(span) else { return false }
    let end = span + 1 < cutStarts.count ? cutStarts[span + 1] : cuts.count
    return cuts[cutStarts[span]..<end].contains(attribute)
  }

  /// What `WinnerRule` asks before it compares bytes.
  private struct Version: Hashable {
    var spanID: SpanID
    var endTime: UnixNanoseconds
    var attributeCount: Int
  }

  /// Two versions of one span that only their bytes tell apart.
  fileprivate var hasCloseVersions: Bool {
    let spans = material.telemetry.spans
    if spans.count < 2 { return false }
    var versions = Set<Version>(minimumCapacity: spans.count)
    return spans.contains { span in
      let version = Version(spanID: span.spanID, endTime: span.endTime, attributeCount: span.attributes.count)
      return !versions.insert(version).inserted
    }
  }
}

extension PayloadReader {
  /// The outline of the trace with row `key`. Where that is not enough (blocks without an outline, very long metadata,
  /// versions of a span that only their bytes tell apart) it holds the spans whole.
  func outline(ofTrace key: Int64) throws -> TraceOutline {
    let statement = try database.statement("list_trace_blocks")
    statement.bind(key, at: 1)
    let runs = try readRuns(statement)
    if let outline = try outline(of: runs) { return outline }
    let material = try material(of: runs)
    return TraceOutline(
      material: material, cutStarts: [Int](repeating: 0, count: material.telemetry.spans.count), cuts: [])
  }

  /// nil if outlines alone don't do.
  private func outline(of runs: [BlockRun]) throws -> TraceOutline? {
    var builder = MaterialBuilder(limits, runs: runs)
    for run in runs { try builder.add(run, of: block(run.block), texts: nil) }
    if builder.lacksFacts { return nil }
    let outline = builder.finish()
    return outline.hasCloseVersions ? nil : outline
  }
}
