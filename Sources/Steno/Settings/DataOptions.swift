import ArgumentParser

/// The database that a command works on, and the file that says so.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of flags, one `key = value` in a line; flags and variables beat it (STENO_CONFIG).", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The SQLite file (STENO_DATA; default $XDG_DATA_HOME/steno/steno.db, else ~/.local/share/steno/steno.db).",
      valueName: "file"))
  var data: String?
}
