/// Why a command ends early: one line that names operation and subject, and a hint that the operator can act on.
struct CommandFailure: Error {
  var message: String
  var hint: String
  /// 1: it could not be done; 2: it was asked wrongly.
  var code: Int32 = 1

  init(_ message: String, hint: String = "", code: Int32 = 1) {
    self.message = message
    self.hint = hint
    self.code = code
  }

  /// A flag or variable whose value can't be read.
  static func usage(_ message: String, hint: String = "steno --help lists every flag") -> CommandFailure {
    CommandFailure(message, hint: hint, code: 2)
  }
}
