import HTTPTypes
import OTLP
import Store

extension Site {
  /// Lets a call in, or says why not, before its message is read. Health is nobody's secret.
  func admit(_ head: CallHead) throws(Failure) -> Caller {
    let permission: Permission =
      switch head.method {
      case .export: .ingest
      case .checkHealth: .open
      }
    do throws(AccessRefusal) {
      return try access.admit(Credentials(head.metadata), for: permission)
    } catch {
      throw Failure(error, permission)
    }
  }

  /// The message that answers a call whose own message is in memory; on success that of an export is committed.
  func answer(
    _ head: CallHead, of caller: Caller, _ handover: Handover, isCompressed: Bool
  ) async -> Result<[UInt8], Failure> {
    do throws(Failure) {
      guard var body = handover.take() else { throw .undecodable("The message is gone.") }
      if isCompressed {
        guard let encoding = head.encoding else {
          throw .undecodable("The message is marked as compressed, and grpc-encoding does not say how.")
        }
        body = try body.decompressed(encoding, configuration.limits)
      }
      switch head.method {
      case .export(let signal):
        let project = head.metadata.requestProject
        return .success(try await ingest(signal, .protobuf, body, project: project, of: caller).protobuf)
      case .checkHealth:
        return .success(try await health(body.take()).protobuf)
      }
    } catch {
      return .failure(error)
    }
  }

  /// Healthy is what can commit, as `/readyz` has it. Whoever wants to watch is answered UNIMPLEMENTED and polls.
  private func health(_ message: [UInt8]) async throws(Failure) -> HealthCheckResponse {
    let request: HealthCheckRequest
    do throws(OTLPDecodingError) {
      request = try HealthCheckRequest(protobuf: message)
    } catch {
      throw .undecodable("The message is no HealthCheckRequest.")
    }
    guard CallMethod.isServed(request.service) else { throw .notFound("There is no such service.") }
    do throws(StoreError) {
      try await store.checkWritable()
      return .serving
    } catch {
      return .notServing
    }
  }
}
