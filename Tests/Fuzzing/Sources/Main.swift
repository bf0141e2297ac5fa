import Glibc

/// One input of the target that FUZZ_TARGET names. A trap, a false precondition, an access that the address sanitizer
/// sees, a hang or memory beyond libFuzzer's bounds is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  target(input)
  return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = fuzzTargets[name] else {
    print("FUZZ_TARGET must be one of \(fuzzTargets.keys.sorted().joined(separator: " ")), not \"\(name)\"")
    exit(2)
  }
  return target
}()

/// Every target by its name, which is also that of its folder in `corpus/`.
let fuzzTargets: [String: @Sendable ([UInt8]) -> Void] = [
  "protobuf": fuzzProtobuf,
  "json": fuzzJSON,
  "logs": fuzzLogs,
  "values": fuzzValues,
  "encodings": fuzzEncodings,
  "target": fuzzRequestTarget,
  "cursor": fuzzCursor,
  "filter": fuzzFilter,
]
