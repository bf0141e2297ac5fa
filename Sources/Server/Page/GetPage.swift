import HummingbirdCore

/// `GET /`: the page.
func getPage(_ exchange: Exchange) async throws(Failure) -> Response {
  guard let page = exchange.site.page.page(exchange.request, exchange.target) else {
    throw .notFound("This build has no page.")
  }
  return page
}

/// `GET /assets/{version}/{name}`: a file of the page.
func getAsset(_ exchange: Exchange) async throws(Failure) -> Response {
  guard let file = exchange.site.page.file(exchange.capture(1), version: exchange.capture(0), exchange.request) else {
    throw .notFound("The page has no file of this name.")
  }
  return file
}
