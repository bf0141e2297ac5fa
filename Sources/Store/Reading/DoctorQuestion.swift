import SQLite
import Telemetry

extension Store {
  /// What looks wrong in the data, by kind; kinds that concern no trace are left out.
  package func findings() async throws(StoreError) -> [Finding] {
    try await readers.read("looking for what is wrong") { reader in
      try FindingKind.allCases.compactMap { kind in
        let count = try reader.database.statement("count_findings")
        count.bind(kind.rawValue, at: 1)
        guard try count.step() else { return nil }
        let traceCount = count.integer(0)
        count.reset()
        if traceCount == 0 { return nil }
        let list = try reader.database.statement("list_findings")
        list.bind(kind.rawValue, at: 1)
        var examples: [TraceID] = []
        while try list.step() {
          if let id = TraceID(bytes: list.bytes(0)) { examples.append(id) }
        }
        return Finding(kind: kind, traceCount: traceCount, examples: examples)
      }
    }
  }
}
