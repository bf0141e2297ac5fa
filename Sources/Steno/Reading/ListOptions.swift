import ArgumentParser

/// The filters that the lists of the API share; each is passed on as it is.
struct ListOptions: ParsableArguments {
  @Option(help: "Of this project.")
  var project: String?

  @Option(help: "Of this user.")
  var user: String?

  @Option(help: ArgumentHelp("ok, error or pending.", valueName: "status"))
  var status: String?

  @Option(help: "With a call of this model.")
  var model: String?

  @Option(help: "With this tag.")
  var tag: String?

  @Option(help: ArgumentHelp("That ended at this time (RFC 3339) or later.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("That began at this time or earlier.", valueName: "time"))
  var to: String?

  @Option(help: ArgumentHelp("In the filter language of the API.", valueName: "expression"))
  var filter: String?

  @Option(help: ArgumentHelp("Order: -end_time unless it says otherwise; - is descending.", valueName: "key"))
  var sort: String?

  @Option(help: ArgumentHelp("Rows at the most (default 20).", valueName: "n"))
  var limit: Int?

  @Flag(help: "The rows as JSON, one in a line, whole.")
  var json = false

  var query: [(String, String?)] {
    [
      ("project", project), ("user_id", user), ("status", status), ("model", model), ("tag", tag), ("from", from),
      ("to", to), ("filter", filter), ("sort", sort),
    ]
  }
}
