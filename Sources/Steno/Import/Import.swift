import ArgumentParser
import Conversations
import Glibc
import OTLP
import Store
import Telemetry

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take files of OTLP into a running Steno, or into a database.",
    discussion: """
      OTLP JSON and protobuf, whole, in lines or as the Collector's file exporter
      writes them, with gzip or zstd or without: the content tells. `-` is standard
      input. What is there already stays what it is, so a second import of a file
      changes nothing.

      Examples:
        $ steno import traces.json collector-*.jsonl.gz
        $ curl -s https://example.com/traces.json | steno import - --data ./traces.db
      """)

  @Argument(help: ArgumentHelp("Files; - is standard input.", valueName: "file"))
  var files: [String]

  @OptionGroup var client: ClientOptions

  @OptionGroup var data: DataOptions

  @OptionGroup var conventions: ConventionOptions

  func run() async throws {
    let limits = Limits()
    guard let path = data.data else {
      let api = try APIClient(client, try Environment.process(data))
      var run = ImportRun(target: .server(api), limits: limits)
      return try await run.take(files)
    }
    if client.url != nil { throw CommandFailure.usage("--url and --data name two places", hint: "give one of them") }
    let environment = try Environment.process(data)
    let table = try Conventions(conventions, environment)
    umask(0o077)
    let store = try Store.open(
      for: Store.Configuration(path: try DataFile.prepare(path, environment), limits: limits, conventions: table))
    var run = ImportRun(target: .store(store), limits: limits)
    do throws(CommandFailure) {
      try await run.take(files)
    } catch {
      await store.close()
      throw error
    }
    await store.close()
  }
}

/// File after file, element after element, in requests of some size.
private struct ImportRun {
  let target: ImportTarget
  let limits: Limits
  private var spans = 0
  private var logs = 0
  private var rejected = 0
  private var metrics = 0
  private var progress = Progress()
  private var batch: [ImportElement] = []
  private var batchBytes = 0
  private static let batchBytesMax = 4 << 20

  init(target: ImportTarget, limits: Limits) {
    self.target = target
    self.limits = limits
  }

  mutating func take(_ files: [String]) async throws(CommandFailure) {
    do throws(CommandFailure) {
      for name in files {
        var elements = try ImportElements(try ImportFile(name))
        while let element = try elements.next() { try await take(element) }
        try await flush()
      }
    } catch {
      progress.end()
      if spans + logs > 0 { Terminal.error("Imported before that: \(text).\n") }
      throw error
    }
    progress.end()
    Terminal.output("Imported \(text).\n")
  }

  private var text: String {
    "\(spans) spans, \(logs) log records" + (rejected > 0 ? ", \(rejected) rejected" : "")
      + (metrics > 0 ? "; left out the metrics of \(metrics) resources" : "")
  }

  private mutating func take(_ element: ImportElement) async throws(CommandFailure) {
    if element.signal == .metrics {
      metrics += 1
      return
    }
    if let first = batch.first,
      first.signal != element.signal || first.isJSON != element.isJSON
        || batchBytes + element.bytes.count > Self.batchBytesMax
    {
      try await flush()
    }
    batch.append(element)
    batchBytes += element.bytes.count
  }

  private mutating func flush() async throws(CommandFailure) {
    guard let first = batch.first else { return }
    let request = try ImportBatch(batch, first, limits: limits)
    (batch, batchBytes) = ([], 0)
    try await target.take(request)
    spans += request.telemetry.spans.count
    logs += request.telemetry.logs.count
    rejected += request.telemetry.rejections.count
    let told = text
    progress.show("\(first.place.prefix { $0 != ":" }): \(told)")
  }
}
