import Telemetry
import Testing

@testable import Server

/// Who is let in, decided without a server.
@Suite struct CredentialTests {
  private func secrets(_ fields: (String, String)...) -> [String] {
    Credentials(fields.map { (name: $0.0, value: $0.1) }).secrets
  }

  @Test func readsEveryForm() {
    #expect(secrets(("Authorization", "Bearer abc")) == ["abc"])
    #expect(secrets(("authorization", "BEARER  abc ")) == ["abc"])
    #expect(secrets(("authorization", "abc")) == ["abc"])
    #expect(secrets(("Authorization", "Basic cHVibGljOnNlY3JldA==")) == ["secret", "public"])
    #expect(secrets(("X-Api-Key", "a"), ("x-secret-key", "b")) == ["a", "b"])
    #expect(secrets(("Authorization", "Digest abc"), ("X-Api-Key", ""), ("Other", "c")).isEmpty)
    #expect(secrets(("Authorization", "Basic !!!"), ("Authorization", "Basic /w==")).isEmpty)
  }

  @Test func isBounded() {
    #expect(secrets(("X-Api-Key", String(repeating: "k", count: 513))).isEmpty)
    #expect(Credentials((0..<1_000).map { (name: "X-Api-Key", value: "k\($0)") }).secrets.count == 8)
  }

  @Test func readsTheCookieAmongOthers() {
    let credentials = Credentials([(name: "Cookie", value: "a=b; steno_sign_in=token ; c=d")])
    #expect(credentials.cookie == "token")
    #expect(Credentials([(name: "Cookie", value: "steno_sign_in_2=x; =; steno_sign_in")]).cookie == nil)
  }

  @Test func aKeyIsItsBytes() {
    let keys = [APIKey(secret: "caf\u{E9}-0123456789", name: "one"), APIKey(secret: "other-0123456789", name: "two")]
    #expect(keys.key(of: "caf\u{E9}-0123456789")?.name == "one")
    #expect(keys.key(of: "cafe\u{301}-0123456789") == nil)
    #expect(keys.key(of: "") == nil)
  }

  @Test func everyRouteButTheListedAsksForAKey() {
    let open = Set(allRoutes.filter { $0.permission == .open }.map(\.pattern))
    #expect(open.isSubset(of: ["/", "/assets/*/*", "/healthz", "/readyz", "/openapi.json", "/api/v1/sign-in"]))
    #expect(allRoutes.first { $0.pattern == "/v1/traces" }?.permission == .ingest)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("localhost", true), ("::1", true), ("[::1]", true), ("a.localhost", true),
    ("0.0.0.0", false), ("127.0.0", false), ("127.0.0.1.evil.example", false), ("evillocalhost", false), ("", false),
    ("127.0.0.+1", false), ("127.-0.0.1", false), ("127.0.0.256", false), ("127.0.0.", false), ("127.0.0.1.", false),
  ])
  func knowsLoopback(_ host: String, _ isLoopback: Bool) {
    #expect(LoopbackHost.contains(host) == isLoopback)
  }

  @Test(arguments: [
    ("localhost", "localhost"), ("localhost:80", "localhost"), ("localhost:", "localhost"), ("[::1]", "[::1]"),
    ("[::1]:4318", "[::1]"), ("localhost:evil.example", ""), ("localhost:80@evil.example", ""), ("localhost:+1", ""),
    ("[::1]evil.example", ""), ("[::1", ""), ("::1", ""),
  ])
  func takesAnAuthorityApart(_ authority: String, _ host: String) {
    #expect(LoopbackHost.host(ofAuthority: authority[...]) == host)
  }
}
