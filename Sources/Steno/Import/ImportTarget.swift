import Glibc
import OTLP
import Store
import Telemetry

/// Where what is imported goes: a running server, or a file that no server holds.
enum ImportTarget {
  case server(APIClient)
  case store(Store)

  /// Returns when it is stored.
  func take(_ batch: ImportBatch) async throws(CommandFailure) {
    switch self {
    case .server(let api): try Self.send(batch, to: api)
    case .store(let store):
      var telemetry = batch.telemetry
      do {
        try telemetry.takeBackRequestProjects()
        _ = try await store.ingest(telemetry)
      } catch let error as StoreError {
        throw CommandFailure(error)
      } catch {
        throw CommandFailure("\(batch.place): \(error)")
      }
    }
  }

  /// Seconds for which an overloaded server is asked again.
  private static let patienceSeconds = 60

  private static func send(_ batch: ImportBatch, to api: APIClient) throws(CommandFailure) {
    let path = batch.signal == .logs ? "/v1/logs" : "/v1/traces"
    let type = batch.isJSON ? "application/json" : "application/x-protobuf"
    for attempt in 0... {
      let answer = try api.send("POST", path, headers: ["Content-Type: \(type)"], body: batch.body)
      guard answer.status == 503, attempt < patienceSeconds else { return try api.check(answer, path) }
      sleep(1)
    }
  }
}

/// Elements that go together: one request.
struct ImportBatch {
  let signal: RequestSignal
  let isJSON: Bool
  let body: [UInt8]
  let telemetry: DecodedTelemetry
  /// Where its first element began.
  let place: String

  init(_ elements: [ImportElement], _ first: ImportElement, limits: Limits) throws(CommandFailure) {
    signal = first.signal
    isJSON = first.isJSON
    place = first.place
    var body: [UInt8] = []
    if first.isJSON {
      body += Array((signal == .logs ? #"{"resourceLogs":["# : #"{"resourceSpans":["#).utf8)
      for (index, element) in elements.enumerated() {
        if index > 0 { body.append(UInt8(ascii: ",")) }
        body += element.bytes
      }
      body += Array("]}".utf8)
    } else {
      for element in elements { body += element.bytes }
    }
    self.body = body
    do throws(OTLPDecodingError) {
      telemetry =
        switch (signal, isJSON) {
        case (.logs, true): try .decodeLogs(json: body, requestProject: nil, limits: limits)
        case (.logs, false): try .decodeLogs(protobuf: body, requestProject: nil, limits: limits)
        case (_, true): try .decodeTraces(json: body, requestProject: nil, limits: limits)
        case (_, false): try .decodeTraces(protobuf: body, requestProject: nil, limits: limits)
        }
    } catch {
      // Alone, the element that is wrong tells its place.
      if elements.count > 1 {
        for element in elements { _ = try ImportBatch([element], element, limits: limits) }
      }
      throw CommandFailure("\(first.place): \(error)")
    }
  }
}
