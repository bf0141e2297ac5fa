import Logging
import Store

/// What every route may use: the store, the configuration, who is let in, the budget of body bytes, and the counters.
struct Site: Sendable {
  let store: Store
  let configuration: HTTPConfiguration
  let access: AccessControl
  let bodies: BodyBudget
  let counters = Counters()
  let warnings = WarningThrottle()
  let requestIDs = RequestIDs()
  let routes: RouteTable
  let page: PageFiles
  let events: StreamSlots
  let exports: StreamSlots
  let logger: Logger
}
