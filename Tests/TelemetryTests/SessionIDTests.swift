import Telemetry
import Testing

struct SessionIDTests {
  @Test func theSeedConversationHasItsUUID() {
    let id = SessionID(project: ProjectName("chatbot-session-demo"), name: SessionName("session-c91d4e"))
    #expect(id.uuid == "d3e74025-574b-56ab-afe8-9b19f360373a")
    #expect(SessionID(uuid: id.uuid.uppercased()) == id)
    #expect(SessionID(bytes: id.bytes) == id)
  }

  @Test func projectAndNameAreApart() {
    let id = { SessionID(project: ProjectName($0), name: SessionName($1)) }
    #expect(id("a", "bc") != id("ab", "c"))
    #expect(id("a", "é") != id("a", "e\u{301}"), "names are bytes")
  }

  @Test(arguments: [
    "", "d3e74025574b56abafe89b19f360373a", "d3e74025-574b-56ab-afe8-9b19f360373",
    "d3e74025-574b-56ab-afe8-9b19f360373g", "d3e7402-5574b-56ab-afe8-9b19f360373a",
  ]) func whatIsNoUUID(text: String) {
    #expect(SessionID(uuid: text) == nil)
  }

  @Test func namesAreEqualAndOrderedByTheirBytes() {
    #expect(SessionName("é") != SessionName("e\u{301}"))
    #expect(Set([UserID("é"), UserID("e\u{301}")]).count == 2)
    #expect(UserID("Z") < UserID("a"))
    #expect(UserID("\u{FF5E}") < UserID("\u{1F331}"))
    #expect(ProjectName("").text == "default")
  }
}
