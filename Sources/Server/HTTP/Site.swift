import Logging
import Store

/// What every route may use: the store, the configuration, and the budget of body bytes.
struct Site: Sendable {
  let store: Store
  let configuration: HTTPConfiguration
  let bodies: BodyBudget
  let routes: RouteTable
  let page: PageFiles
  let logger: Logger
}
