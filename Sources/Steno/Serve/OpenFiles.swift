import Glibc

/// How many files the process may have open.
enum OpenFiles {
  /// Beside connections: the database with its log, readers, and what the runtime opens.
  private static let ownMax = 128

  /// Raises the soft limit towards what the connections need, as far as the hard limit lets it. Returns how many
  /// connections fit: one more accepted than there are descriptors would end the accepting of any.
  static func raise(connections: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
    let wanted = rlim_t(connections + ownMax)
    if limit.rlim_cur < wanted {
      limit.rlim_cur = min(wanted, limit.rlim_max)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    return min(connections, max(4, Int(clamping: limit.rlim_cur) - ownMax))
  }
}
