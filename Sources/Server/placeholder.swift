import Hummingbird
enum P { static func r() -> Router<BasicRequestContext> { Router() } }
