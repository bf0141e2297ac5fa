import Testing

@testable import Server

/// A path below which a proxy shows the server.
@Suite struct BasePathTests {
  @Test(arguments: ["/steno", "/steno/", "/a/b-c_d~e.f"]) func isAPath(text: String) throws {
    let path = try #require(BasePath(text))
    #expect(path.inside(path.text + "/api/v1/sessions?limit=1") == "/api/v1/sessions?limit=1")
    #expect(path.inside(path.text + "?x=1") == "/?x=1")
    #expect(path.inside("/healthz") == "/healthz")
    #expect(path.inside(path.text + "graphy") == path.text + "graphy")
    #expect(path.missesSlash(path.text) && !path.missesSlash(path.text + "/"))
  }

  @Test(arguments: ["steno", "/a//b", "/..", "/./x", "/a b", "/ä", "/a%20b", "/a?b", "/a#b"])
  func isNoPath(text: String) {
    #expect(BasePath(text) == nil)
  }

  @Test func noneChangesNothing() throws {
    #expect(try #require(BasePath("/")) == .none)
    #expect(try #require(BasePath("")) == .none)
    #expect(BasePath.none.inside("/x") == "/x")
    #expect(!BasePath.none.missesSlash("") && !BasePath.none.missesSlash("/"))
  }
}
