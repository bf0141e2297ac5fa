import Conversations
import Testing

@Suite struct PriceTableTests {
  private let prices = PriceTable.builtIn

  @Test func thePricesAreThere() {
    #expect(prices.source.contains("genai-prices"))
    #expect(prices.date.utf8.count == 10)
  }

  @Test(arguments: [
    ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"), ("openai/gpt-4o", "gpt-4o"), ("GPT-4o", "gpt-4o"),
    ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet"),
    ("claude-3-5-haiku-latest", "claude-3-5-haiku"),
    ("claude-sonnet-4@20250514", "claude-sonnet-4"), ("models/gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"),
  ])
  func versionsCostWhatTheirModelDoes(_ model: String, _ base: String) {
    #expect(prices.price(of: model) != nil)
    #expect(prices.price(of: model) == prices.price(of: base))
  }

  @Test(arguments: ["", "gpt-4o-audio", "gpt-4.5-preview", "my-gpt-4o", "gpt-4oo", "llama-3"])
  func unknownModelsHaveNoPrice(_ model: String) { #expect(prices.price(of: model) == nil) }

  @Test func costs() {
    let tokens = TokenCounts(input: 54, output: 16, cachedInput: 2)
    #expect(prices.cost(of: "gpt-4o-mini", tokens) == PicoDollars(17_550_000))
    #expect(prices.cost(of: "text-embedding-3-small", TokenCounts(total: 10)) == PicoDollars(200_000))
    #expect(prices.cost(of: "gpt-4o-mini", TokenCounts(total: 10)) == nil)
    #expect(prices.cost(of: "gpt-4o-mini", TokenCounts(input: 10)) == nil)
    #expect(prices.cost(of: "o1-pro", TokenCounts(input: .max, output: .max)) == PicoDollars(.max))
    #expect(prices.cost(of: "gpt-4o", TokenCounts(input: 1, output: 0, cachedInput: 5)) == PicoDollars(1_250_000))
  }

  @Test func aFileOfPrices() throws {
    let own = try PriceTable(
      json: #"{"source": "us", "date": "2026-01-01", "models": {"m": {"input": 1, "output": 2}}}"#)
    #expect(own.cost(of: "m-2", TokenCounts(input: 1, output: 1)) == PicoDollars(3_000_000))
    #expect(throws: PriceTable.FormatError.invalid("models")) {
      try PriceTable(json: #"{"source": "us", "date": "d"}"#)
    }
    #expect(throws: PriceTable.FormatError.invalid("m")) {
      try PriceTable(json: #"{"source": "", "date": "", "models": {"m": {"input": -1, "output": 2}}}"#)
    }
    #expect(throws: PriceTable.FormatError.self) { try PriceTable(json: "{") }
  }
}
