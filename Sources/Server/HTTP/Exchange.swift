import HTTPTypes
import HummingbirdCore
import NIOCore
import Store

/// One request on its way to one route.
struct Exchange: Sendable {
  let site: Site
  let request: Request
  let channel: any Channel
  /// The request's target, taken apart.
  let target: RequestTarget
  /// What stands in the places that the route's pattern leaves open, percent-decoded, in order.
  let captures: [String]
  var caller = Caller()

  var store: Store { site.store }

  /// A capture by its place in the pattern; the empty string for a place that the pattern does not have.
  func capture(_ index: Int) -> String { captures.indices.contains(index) ? captures[index] : "" }
}
