import Glibc
import NIOCore
import Server

/// Says why the server could not listen.
enum ListenFailure {
  static func explain(_ error: any Error, host: String, port: Int) -> CommandFailure {
    if let error = error as? GRPCListenError {
      return explain(
        error.reason, host: host, port: error.port, flag: "--grpc-port",
        orElse: ", or serve no OTLP/gRPC with --no-grpc")
    }
    return explain(error, host: host, port: port, flag: "--port", orElse: "")
  }

  private static func explain(
    _ error: any Error, host: String, port: Int, flag: String, orElse: String
  ) -> CommandFailure {
    let place = "\(host):\(port)"
    if let error = error as? IOError {
      switch error.errnoCode {
      case EADDRINUSE:
        return CommandFailure(
          "can't listen on \(place): the port is in use",
          hint: "stop the program that uses it, or choose another with \(flag) (0: any free one)\(orElse)")
      case EACCES, EPERM:
        return CommandFailure(
          "can't listen on \(place): it is not permitted", hint: "choose a port from 1024 on with \(flag)\(orElse)")
      case EADDRNOTAVAIL:
        return CommandFailure(
          "can't listen on \(place): this machine has no such address", hint: "choose another with --host")
      default:
        return CommandFailure("can't listen on \(place): \(String(cString: strerror(error.errnoCode)))")
      }
    }
    if error is SocketAddressError.UnknownHost || error is SocketAddressError {
      return CommandFailure("can't listen on \(place): the host is unknown", hint: "choose another with --host")
    }
    return CommandFailure("the server ended: \(error)")
  }
}
