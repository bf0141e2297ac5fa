import Telemetry
import Testing

@testable import Filters

@Suite struct CheckingTests {
  private func error(_ text: String, _ list: FilteredList) -> FilterError? {
    do throws(FilterError) {
      _ = try Filter(text, for: list, limits: Limits())
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    (FilteredList.sessions, "modles:\"x\"", 1, "nearest is `models`"),
    (.sessions, "status = ok AND trace_id = \"x\"", 17, "no field of this name"),
    (.traces, "gen_ai.request.model = \"x\"", 1, "attributes.\"key\""),
    (.users, "first_message:x", 1, "Users have no field"),
    (.sessions, "trace_count > \"3\"", 15, "a number"),
    (.sessions, "trace_count > 1.5s", 15, "a number"),
    (.sessions, "duration_ms > soon", 15, "1.5s or 250ms"),
    (.sessions, "start_time > yesterday", 14, "RFC 3339"),
    (.sessions, "bookmarked = 1", 14, "true or false"),
    (.sessions, "bookmarked < true", 14, "no order"),
    (.sessions, "status = fine", 10, "one of ok, error, pending"),
    (.sessions, "tags = \"a\"", 8, "asked with `:`"),
    (.sessions, "warnings:\"x\"", 10, "one of attributes_dropped"),
    (.sessions, "id = \"session-1\"", 6, "UUID"),
    (.traces, "trace_id = abc", 12, "32 hexadecimal digits"),
    (.traces, "name < null", 8, "null is compared"),
    (.traces, "attributes.x > true", 16, "no order"),
    (.traces, "attributes.window = 5s", 21, "duration_ms"),
    (.traces, "attributes = 1", 1, "Expected a key"),
    (.traces, "\"name\" = x", 1, "no field of this name"),
  ])
  func saysWhatIsWrong(list: FilteredList, text: String, position: Int, words: String) {
    let error = error(text, list)
    #expect(error?.position == position, "\(text): \(String(describing: error))")
    #expect(error?.message.contains(words) == true, "\(text): \(String(describing: error))")
  }

  @Test(arguments: [
    (FilteredList.sessions, "tokens > 5 AND tokens.input >= 0.5 cost_usd < 1e-3"),
    (.sessions, "metadata.conversation_stage = \"closing\" AND attributes.\"gen_ai.request.temperature\" > 0.5"),
    (.sessions, "duration_ms >= 1.5s OR duration_ms < 20"),
    (.sessions, "start_time > \"2026-11-22T13:20:00Z\" end_time < 2026-11-22T13:20:00Z"),
    (.sessions, "name = 5 AND display_name:* AND first_message = null"),
    (.traces, "trace_id = 0AF7651916CD43DD8448EB211C80319C"),
    (.traces, "attributes:\"user.id\" AND -resource.\"service.name\":x"),
    (.spans, "kind = LLM AND status.code = ERROR AND parent_span_id = null"),
    (.users, "last_seen > 2026-11-22T13:20:00Z AND attributes.x = null"),
  ])
  func takes(list: FilteredList, text: String) {
    #expect(error(text, list) == nil)
  }

  @Test func notEqualIsTheComplementOfEqual() throws {
    let limits = Limits()
    let a = try Filter("attributes.x != 1", for: .traces, limits: limits).expression
    let b = try Filter("NOT attributes.x = 1", for: .traces, limits: limits).expression
    #expect(a == b)
  }

  @Test func numbersCompareByValue() {
    let numbers: [ExactNumber] = [
      .double(-.infinity), .int(.min), .double(-1.5), .int(-1), .double(-0.5), .int(0), .double(0.5), .int(1),
      .double(1.5), .double(9_007_199_254_740_992), .int(9_007_199_254_740_993), .int(.max),
      .double(9_223_372_036_854_775_808), .uint(9_223_372_036_854_775_809), .uint(.max),
      .double(18_446_744_073_709_551_616), .double(.infinity),
    ]
    for (i, a) in numbers.enumerated() {
      for (j, b) in numbers.enumerated() {
        #expect(a.compared(to: b) == (i < j ? -1 : i == j ? 0 : 1), "\(a) \(b)")
      }
      #expect(a.compared(to: .double(.nan)) == nil)
    }
    #expect(ExactNumber.int(3) == .double(3))
    #expect(ExactNumber.double(-0.0) == .int(0))
  }
}
