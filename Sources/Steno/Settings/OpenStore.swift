import Store

extension Store {
  /// Opens the file for a command; what stands in the way becomes its failure.
  static func open(for configuration: Store.Configuration) throws(CommandFailure) -> Store {
    do throws(StoreError) {
      return try open(configuration)
    } catch {
      throw CommandFailure(error, whileOpening: configuration.path)
    }
  }
}

extension CommandFailure {
  init(_ error: StoreError, whileOpening path: String) {
    switch error {
    case .unusable(let text, let hint): self.init(text, hint: hint)
    case .overloaded(let text), .unavailable(let text), .interrupted(let text),
      .switchedOff(let text):
      self.init("can't open the database \(path): \(text)")
    }
  }

  /// For work on a file that is open.
  init(_ error: StoreError) {
    switch error {
    case .unusable(let text, let hint): self.init(text, hint: hint)
    case .overloaded(let text), .unavailable(let text), .interrupted(let text),
      .switchedOff(let text):
      self.init(text)
    }
  }
}
