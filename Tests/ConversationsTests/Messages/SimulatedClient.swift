import Conversations
import Telemetry

/// SplitMix64: the same numbers for the same seed, everywhere. Source: S. Vigna, prng.di.unimi.it/splitmix64.c.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// What a chat client does with its history before a call.
enum HistoryHabit: CaseIterable {
  /// Sends everything.
  case appends
  /// Sends its system prompt and the last few messages.
  case trims
  /// Sends only the new message.
  case forgets
  /// Now and then rewrites an earlier message and goes on.
  case edits
  /// Now and then goes back to an earlier question: asks another instead, or asks for another answer.
  case branches
}

/// One agent that talks to a model. Few words make for many equal messages.
struct SimulatedClient {
  let habit: HistoryHabit
  let window: Int
  private var system: String?
  private let name: String
  private let changesSystem: Bool
  private var history: [Message] = []
  private var edits = 0

  init(_ name: String, _ habit: HistoryHabit, window: Int, hasSystem: Bool, changesSystem: Bool = true) {
    self.name = name
    self.changesSystem = changesSystem
    self.habit = habit
    self.window = window
    system = hasSystem ? "You are \(name)." : nil
  }

  /// Plays one turn, tool calls included. `say` is told every message that is said for the first time.
  mutating func turn(
    in world: inout SimulatedWorld, using numbers: inout SeededNumbers
  ) {
    guard let trace = world.newTrace() else { return }
    var isRegenerated = false
    var isCutBack = false
    if changesSystem, numbers.chance(5), system != nil {
      system = "You are \(name), version \(edits)."
      edits += 1
    }
    world.say(system, of: name)
    switch habit {
    case .edits where history.count > 3 && numbers.chance(30):
      edits += 1
      let place = Int.random(in: 0..<history.count - 1, using: &numbers)
      guard history[place].toolCalls.isEmpty, history[place].role != .tool else { break }
      history[place].parts = [.text("\(name) edit \(edits)")]
      world.say(history[place])
    case .branches where history.count > 3 && numbers.chance(30):
      isCutBack = true
      while history.last?.role != .user, !history.isEmpty { history.removeLast() }
      isRegenerated = history.count > 2 && numbers.chance(50)
      if !isRegenerated, !history.isEmpty { history.removeLast() }
    case .forgets: history = []
    case .trims: history = Array(history.suffix(window))
    default: break
    }
    if !isRegenerated {
      let isOther = isCutBack && habit == .branches
      let words = isOther ? ["\(name) other question \(edits)"] : ["hi", "yes", "go on", "ok"]
      history.append(Message(role: .user, text: words.randomElement(using: &numbers) ?? ""))
      world.say(history[history.count - 1])
    }
    var answer = answer(using: &numbers)
    world.call(system, history, [answer], in: trace)
    while !answer.toolCalls.isEmpty {
      history.append(Self.returned(answer, using: &numbers))
      let result = Message(role: .tool, parts: [.text("18C")], toolCallID: answer.toolCalls.first?.id)
      history.append(result)
      world.say(result)
      answer = self.answer(using: &numbers)
      world.call(system, history, [answer], in: trace)
    }
    history.append(Self.returned(answer, using: &numbers))
  }

  /// Where a client takes back what was said, answers differ: nobody could tell a cut history of equal answers from a
  /// trimmed one.
  private mutating func answer(using numbers: inout SeededNumbers) -> Message {
    if numbers.chance(15) {
      let call = ToolCall(id: "call_1", name: "weather", arguments: #"{"city": "Paris", "unit": "C"}"#)
      return Message(role: .assistant, toolCalls: [call])
    }
    if habit == .branches {
      edits += 1
      return Message(role: .assistant, text: "\(name) answer \(edits)")
    }
    return Message(role: .assistant, text: ["ok", "yes?", "hi there", "done"].randomElement(using: &numbers) ?? "")
  }

  /// How an answer comes back in a history: other white space, other parts, its calls told otherwise.
  private static func returned(_ answer: Message, using numbers: inout SeededNumbers) -> Message {
    guard numbers.chance(50) else { return answer }
    var message = answer
    message.parts = answer.parts.map { $0.text.map { .text(" \($0)\n") } ?? $0 } + [.reasoning("hm")]
    message.toolCalls = answer.toolCalls.map { ToolCall(name: $0.name, arguments: #"{"unit":"C","city":"Paris"}"#) }
    return message
  }
}

/// The calls that a session's agents made, and what was said, in order.
struct SimulatedWorld {
  private(set) var calls: [TranscriptCall] = []
  private(set) var said: [String] = []
  private var systems: [String: String] = [:]
  private var traces: UInt64 = 0

  mutating func newTrace() -> TraceID? {
    traces += 1
    return TraceID(high: 7, low: traces)
  }

  /// A system prompt is said when it is new or another than in the agent's last call.
  mutating func say(_ system: String?, of agent: String) {
    guard let system, systems.updateValue(system, forKey: agent) != system else { return }
    said.append("system: " + system)
  }

  mutating func say(_ message: Message) { said.append(sketch(message)) }

  mutating func call(_ system: String?, _ history: [Message], _ output: [Message], in trace: TraceID) {
    let number = UInt64(calls.count + 1)
    guard let spanID = SpanID(value: number) else { return }
    calls.append(
      TranscriptCall(
        traceID: trace, spanID: spanID, startTime: UnixNanoseconds(number),
        messages: SpanMessages(
          input: (system.map { [Message(role: .system, text: $0)] } ?? []) + history, output: output)))
    for message in output { say(message) }
  }
}
