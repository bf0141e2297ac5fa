import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Telemetry

/// Finds the route of a request, lets it answer, and writes failures in the style of the path.
struct Responder: Sendable {
  let site: Site
  let door: Door
  let date: DateField

  /// Answers one request. It throws when there is nobody to answer any more; the connection is then closed.
  func serve(_ request: Request, over channel: any Channel, _ writer: consuming ResponseWriter) async throws {
    let response = try await respond(to: request, over: channel)
    do {
      try await writer.write(response: response.head, body: response.body)
    } catch is HTTPParserError {
      // Thrown on, it would be answered, behind the answer that has begun.
      throw ChannelError.eof
    }
  }

  private func respond(to request: Request, over channel: any Channel) async throws -> Response {
    var response = try await answer(request, channel)
    response.headers[.date] = date.text
    site.counters.answered(response.status.code)
    if request.method == .head { response = response.createHeadResponse() }
    if let origin = request.headers[.origin] { door.origins.sign(&response, for: origin) }
    return response
  }

  private func answer(_ request: Request, _ channel: any Channel) async throws -> Response {
    let number = site.requestIDs.next()
    let base = site.configuration.basePath
    let sent = request.head.path ?? "/"
    if base.missesSlash(sent), request.method == .get || request.method == .head {
      return Response(status: .permanentRedirect, headers: [.location: base.text + "/"])
    }
    let target = RequestTarget(base.inside(sent))
    let match = site.routes.match(target)
    do throws(Failure) {
      let targetBytesMax = site.configuration.limits.targetBytesMax
      guard request.head.path?.utf8.count ?? 0 <= targetBytesMax else { throw .targetTooLong(targetBytesMax) }
      guard let (entry, rawCaptures) = match else { return try fallback(request, target) }
      guard let (permission, handle) = entry.handler(for: request.method) else {
        if request.method == .options { return door.origins.options(request, allowed: entry.allowed) }
        throw .methodNotAllowed(allowed: entry.allowed)
      }
      let caller = try door.admit(request, for: permission)
      var captures: [String] = []
      for raw in rawCaptures {
        guard let text = PercentEncoding.decode(raw, plusIsSpace: false) else {
          throw .notFound("The path is not percent-encoded UTF-8.")
        }
        captures.append(text)
      }
      var exchange = Exchange(
        site: site, request: request, channel: channel, target: target, captures: captures, caller: caller)
      if let project = caller.project, permission != .ingest {
        exchange = try await exchange.confined(to: project, pattern: entry.segments)
      }
      let response = try await handle(exchange)
      return permission == .open ? response : try site.answers.admit(response)
    } catch {
      return try refuse(error, request, number, channel, style: match?.entry.style ?? Self.style(request, target))
    }
  }

  /// Paths without a route: the page's own addresses, else nothing.
  private func fallback(_ request: Request, _ target: RequestTarget) throws(Failure) -> Response {
    if request.method == .get || request.method == .head, let page = site.page.fallback(request, target) {
      return page
    }
    throw .notFound("There is no resource at this path.")
  }

  /// An exporter that was pointed at a wrong path reads the answer in its own encoding, too.
  private static func style(_ request: Request, _ target: RequestTarget) -> ErrorStyle {
    guard request.method == .post, let type = OTLPContentType(request.headers) else { return .problem }
    return type.encoding == .protobuf || !target.path.utf8.starts(with: "/api/".utf8) ? .otlp : .problem
  }

  private func refuse(
    _ failure: Failure, _ request: Request, _ number: UInt64, _ channel: any Channel, style: ErrorStyle
  ) throws -> Response {
    guard let answer = failure.answer else {
      if case .disconnected(let error) = failure { throw error }
      throw ChannelError.eof
    }
    site.counters.refused(answer.type)
    site.warn("request refused", answer, request: number)
    let response =
      switch style {
      case .otlp: answer.rpcStatus(OTLPContentType(request.headers) ?? .json)
      case .problem: answer.problem()
      }
    guard answer.leavesBody, mustClose(request) else { return response }
    return response.closing(channel, drainSeconds: site.configuration.limits.drainSecondsMax)
  }

  /// Whether the rest of a body that nobody reads is too much to read just to go on with the connection; one that waits
  /// for "100 Continue" may never come.
  private func mustClose(_ request: Request) -> Bool {
    if request.headers[.expect] != nil || request.headers[.transferEncoding] != nil { return true }
    guard let length = request.declaredLength else { return false }
    return length > site.configuration.limits.smallBodyBytesMax
  }
}

extension Response {
  /// The same answer, behind which the sending side is closed. What the client still sends is read and dropped for a
  /// moment: closing at once would reset the connection, and the client might lose the answer.
  /// Source: RFC 9112 §9.6.
  fileprivate func closing(_ channel: any Channel, drainSeconds: Int) -> Response {
    var response = self
    response.headers[.connection] = "close"
    let body = self.body
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(writer)
      channel.close(mode: .output, promise: nil)
      channel.eventLoop.scheduleTask(in: .seconds(Int64(drainSeconds))) { channel.close(promise: nil) }
    }
    return response
  }
}
