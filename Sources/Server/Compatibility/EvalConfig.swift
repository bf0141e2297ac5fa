import HTTPTypes
import HummingbirdCore
import JSON

/// `POST /tracer/custom-eval-config/check_exists/`: the FutureAGI SDK asks before it registers eval tags. Steno keeps
/// no evaluations, so none exists. Source: fi_instrumentation/otel.py, check_custom_eval_config_exists.
func checkEvalConfigExists(_ exchange: Exchange) async throws(Failure) -> Response {
  _ = try await exchange.readBody()
  return .json { json in
    json.key("result")
    json.beginObject()
    json.key("exists")
    json.bool(false)
    json.endObject()
  }
}

/// `POST /tracer/custom-eval-config/get_custom_eval_by_name/`.
func getEvalConfigByName(_ exchange: Exchange) async throws(Failure) -> Response {
  _ = try await exchange.readBody()
  return .json { json in
    json.key("result")
    json.beginObject()
    json.endObject()
  }
}

/// `POST /tracer/observation-span/create_otel_span/`: the FutureAGI SDK before 0.1.13, which does not speak OTLP.
func refuseObservationSpan(_ exchange: Exchange) async throws(Failure) -> Response {
  throw .notFound(
    "This path belongs to FutureAGI SDKs before 0.1.13, which do not send OTLP: "
      + "upgrade with `pip install --upgrade fi-instrumentation-otel`.")
}
