extension PriceTable {
  /// The prices that Steno comes with.
  package static let builtIn: PriceTable = (try? PriceTable(json: modelPrices)) ?? .none

  /// No price of any model.
  package static let none = PriceTable()
}

/// Standard rates for text, of the shortest context where they grow with it; without discounts for batches. `date` is the
/// day of the compilation that each of them was compared with; a model that it prices by the hour of the day is left out.
private let modelPrices = #"""
  {
    "source": "the vendors' public price lists as compiled in prices/data.json of github.com/pydantic/genai-prices",
    "date": "2026-08-21",
    "models": {
      "gpt-5.1": {"input": 1.25, "output": 10, "cached_input": 0.125},
      "gpt-5": {"input": 1.25, "output": 10, "cached_input": 0.125},
      "gpt-5-mini": {"input": 0.25, "output": 2, "cached_input": 0.025},
      "gpt-5-nano": {"input": 0.05, "output": 0.4, "cached_input": 0.005},
      "gpt-5-pro": {"input": 15, "output": 120},
      "gpt-4.1": {"input": 2, "output": 8, "cached_input": 0.5},
      "gpt-4.1-mini": {"input": 0.4, "output": 1.6, "cached_input": 0.1},
      "gpt-4.1-nano": {"input": 0.1, "output": 0.4, "cached_input": 0.025},
      "gpt-4o": {"input": 2.5, "output": 10, "cached_input": 1.25},
      "gpt-4o-mini": {"input": 0.15, "output": 0.6, "cached_input": 0.075},
      "o1": {"input": 15, "output": 60, "cached_input": 7.5},
      "o1-mini": {"input": 1.1, "output": 4.4, "cached_input": 0.55},
      "o1-pro": {"input": 150, "output": 600},
      "o3": {"input": 2, "output": 8, "cached_input": 0.5},
      "o3-mini": {"input": 1.1, "output": 4.4, "cached_input": 0.55},
      "o3-pro": {"input": 20, "output": 80},
      "o4-mini": {"input": 1.1, "output": 4.4, "cached_input": 0.275},
      "gpt-4-turbo": {"input": 10, "output": 30},
      "gpt-4-0125-preview": {"input": 10, "output": 30},
      "gpt-4-1106-preview": {"input": 10, "output": 30},
      "gpt-4": {"input": 30, "output": 60},
      "gpt-4-32k": {"input": 60, "output": 120},
      "gpt-3.5-turbo": {"input": 0.5, "output": 1.5},
      "text-embedding-3-small": {"input": 0.02, "output": 0},
      "text-embedding-3-large": {"input": 0.13, "output": 0},
      "text-embedding-ada-002": {"input": 0.1, "output": 0},
      "claude-opus-4-5": {"input": 5, "output": 25, "cached_input": 0.5},
      "claude-opus-4-1": {"input": 15, "output": 75, "cached_input": 1.5},
      "claude-opus-4": {"input": 15, "output": 75, "cached_input": 1.5},
      "claude-sonnet-4-5": {"input": 3, "output": 15, "cached_input": 0.3},
      "claude-sonnet-4": {"input": 3, "output": 15, "cached_input": 0.3},
      "claude-haiku-4-5": {"input": 1, "output": 5, "cached_input": 0.1},
      "claude-3-7-sonnet": {"input": 3, "output": 15, "cached_input": 0.3},
      "claude-3-5-sonnet": {"input": 3, "output": 15, "cached_input": 0.3},
      "claude-3-5-haiku": {"input": 0.8, "output": 4, "cached_input": 0.08},
      "claude-3-opus": {"input": 15, "output": 75, "cached_input": 1.5},
      "claude-3-sonnet": {"input": 3, "output": 15, "cached_input": 0.3},
      "claude-3-haiku": {"input": 0.25, "output": 1.25, "cached_input": 0.03},
      "gemini-3-pro-preview": {"input": 2, "output": 12, "cached_input": 0.2},
      "gemini-2.5-pro": {"input": 1.25, "output": 10, "cached_input": 0.125},
      "gemini-2.5-flash": {"input": 0.3, "output": 2.5, "cached_input": 0.03},
      "gemini-2.5-flash-lite": {"input": 0.1, "output": 0.4, "cached_input": 0.01},
      "gemini-2.0-flash": {"input": 0.1, "output": 0.4, "cached_input": 0.025},
      "gemini-2.0-flash-lite": {"input": 0.075, "output": 0.3},
      "gemini-1.5-pro": {"input": 1.25, "output": 5},
      "gemini-1.5-flash": {"input": 0.075, "output": 0.3},
      "gemini-embedding-001": {"input": 0.15, "output": 0},
      "mistral-large": {"input": 2, "output": 6},
      "mistral-medium": {"input": 0.4, "output": 2},
      "mistral-small": {"input": 0.1, "output": 0.3},
      "codestral": {"input": 0.3, "output": 0.9},
      "mistral-embed": {"input": 0.1, "output": 0},
      "command-a": {"input": 2.5, "output": 10},
      "command-r-plus": {"input": 2.5, "output": 10},
      "command-r": {"input": 0.15, "output": 0.6},
      "grok-4": {"input": 3, "output": 15, "cached_input": 0.75},
      "grok-3": {"input": 3, "output": 15, "cached_input": 0.75},
      "grok-3-mini": {"input": 0.3, "output": 0.5, "cached_input": 0.075},
      "nova-pro": {"input": 0.8, "output": 3.2, "cached_input": 0.2},
      "nova-lite": {"input": 0.06, "output": 0.24, "cached_input": 0.015},
      "nova-micro": {"input": 0.035, "output": 0.14, "cached_input": 0.00875}
    }
  }
  """#
