import ArgumentParser

/// The database that a command works on.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The SQLite file (STENO_DATA; default $XDG_DATA_HOME/steno/steno.db, else ~/.local/share/steno/steno.db).",
      valueName: "file"))
  var data: String?
}
