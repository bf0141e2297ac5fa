import HTTPTypes
import Logging
import Store

/// What every route may use: the store, the configuration, who is let in, the budgets of bytes, and the counters.
struct Site: Sendable {
  let store: Store
  let configuration: HTTPConfiguration
  let access: AccessControl
  let bodies: BodyBudget
  let answers: AnswerBudget
  let counters = Counters()
  let warnings = WarningThrottle()
  let requestIDs = RequestIDs()
  let routes: RouteTable
  let page: PageFiles
  let events: StreamSlots
  let exports: StreamSlots
  let logger: Logger
}

extension Site {
  /// Logs a refusal that is the server's own fault; no more than one a second, since an overload must not fill the log.
  /// - Parameter number: of the request or call: `requestIDs`.
  func warn(_ message: StaticString, _ answer: ErrorAnswer, request number: UInt64) {
    guard answer.status.kind == .serverError, let heldBack = warnings.pass(.now) else { return }
    logger.warning(
      "\(message)",
      metadata: [
        "request-id": "\(requestIDs.name(number))", "status": "\(answer.status.code)", "type": "\(answer.type)",
        "held-back": "\(heldBack)",
      ])
  }
}
