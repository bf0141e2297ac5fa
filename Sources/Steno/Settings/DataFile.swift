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
    let folder = try defaultFolder(environment)
    try makeFolder(folder)
    return folder + "/steno.db"
  }

  private static func defaultFolder(_ environment: Environment) throws(CommandFailure) -> String {
    if let xdg = environment["XDG_DATA_HOME"], xdg.first == "/" { return xdg + "/steno" }
    if let home = environment["HOME"] { return home + "/.local/share/steno" }
    throw CommandFailure("neither XDG_DATA_HOME nor HOME is set", hint: "name the database file with --data")
  }

  /// The file that is there already, for commands that have nothing to do on a new one.
  static func existing(_ options: DataOptions, _ environment: Environment) throws(CommandFailure) -> String {
    let named = SettingSource(environment: environment).text(options.data, "data")
    let path: String
    if let named { path = named } else { path = try defaultFolder(environment) + "/steno.db" }
    if access(path, F_OK) != 0 {
      let reason = String(cString: strerror(errno))
      throw CommandFailure("can't open the database \(path): \(reason)", hint: "name the file with --data")
    }
    return path
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
