extension TokenCounts {
  var isEmpty: Bool { input == nil && output == nil && total == nil && cachedInput == nil && reasoning == nil }

  /// As reported, else what input and output come to.
  var totalOrSum: Int64? {
    if let total { return total }
    if input == nil, output == nil { return nil }
    return (input ?? 0).addingClamped(output ?? 0)
  }

  /// Members add up one by one; one that neither side has stays nil. Sums stop at the end of the range.
  package static func + (a: TokenCounts, b: TokenCounts) -> TokenCounts {
    TokenCounts(
      input: sum(a.input, b.input), output: sum(a.output, b.output), total: sum(a.totalOrSum, b.totalOrSum),
      cachedInput: sum(a.cachedInput, b.cachedInput), reasoning: sum(a.reasoning, b.reasoning))
  }

  private static func sum(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a else { return b }
    guard let b else { return a }
    return a.addingClamped(b)
  }
}

extension PicoDollars {
  package static func + (a: PicoDollars, b: PicoDollars) -> PicoDollars { PicoDollars(a.value.addingClamped(b.value)) }

  /// nil where neither side is known: a sum of what is known.
  package static func sum(_ a: PicoDollars?, _ b: PicoDollars?) -> PicoDollars? {
    guard let a else { return b }
    guard let b else { return a }
    return a + b
  }
}
