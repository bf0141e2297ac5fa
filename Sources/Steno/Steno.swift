import Telemetry
@main struct Steno { static func main() async { print(SessionID(project: ProjectName("chatbot-session-demo"), name: SessionName("session-c91d4e")).uuid)
 print(UnixNanoseconds(1795354391146533890).rfc3339, UnixNanoseconds(rfc3339: "2026-11-22T13:33:11.14653389Z")!.value, UnixNanoseconds(UInt64.max).rfc3339) } }
