import Glibc

/// Where the database lies.
enum DataFile {
  /// The file to open. The default folder is made, readable by its owner alone; a folder that was named must exist.
  /// Source: XDG Base Directory Specification 0.8.
  static func prepare(_ named: String?, _ environment: Environment) throws(CommandFailure) -> String {
    if let named {
      let folder = folder(of: named)
      if access(folder, F_OK) != 0 {
        throw CommandFailure(
          "the folder \(folder) of the database does not exist", hint: "create it, or name another file with --data")
      }
      return named
    }
    let base: String
    if let xdg = environment["XDG_DATA_HOME"], xdg.first == "/" {
      base = xdg
    } else if let home = environment["HOME"] {
      base = home + "/.local/share"
    } else {
      throw CommandFailure("neither XDG_DATA_HOME nor HOME is set", hint: "name the database file with --data")
    }
    try makeFolder(base + "/steno")
    return base + "/steno/steno.db"
  }

  private static func folder(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }

  private static func makeFolder(_ path: String) throws(CommandFailure) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o700) != 0, errno != EEXIST {
        let reason = String(cString: strerror(errno))
        throw CommandFailure("can't create the folder \(made): \(reason)", hint: "name another file with --data")
      }
    }
  }
}
