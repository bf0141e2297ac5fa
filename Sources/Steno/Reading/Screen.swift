import Glibc

/// What standard output is: a terminal of some width, or a pipe.
struct Screen {
  /// Columns; nil: nobody looks, nothing is cut.
  var width: Int?
  var hasColour: Bool

  /// Source: https://no-color.org
  static func current(_ environment: Environment = .process()) -> Screen {
    guard isatty(STDOUT_FILENO) == 1 else { return Screen(width: nil, hasColour: false) }
    var size = winsize()
    let told = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    let isPlain = environment["NO_COLOR"] != nil || environment["TERM"] == "dumb"
    return Screen(width: max(told, 20), hasColour: !isPlain)
  }

  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// Rows under heads, in columns as wide as they need, the last one as wide as the terminal lets it be.
struct Table {
  struct Column {
    var head: String
    /// Columns of the terminal that it takes at the most.
    var widthMax: Int
    var isNumber = false
  }

  var columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Cells as the data has them.
  mutating func add(_ cells: [String]) { rows.append(cells.map(Plain.line)) }

  func text(on screen: Screen) -> String {
    var widths = columns.indices.map { column in
      let widest = rows.map { TextWidth.of($0[column]) }.max() ?? 0
      let all = max(widest, TextWidth.of(columns[column].head))
      return screen.width == nil ? all : min(all, columns[column].widthMax)
    }
    if let width = screen.width, let last = widths.indices.last {
      // What does not fit is taken from the widest column, time and again.
      while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
        guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 4 else { break }
        widths[widest] -= 1
      }
      let used = widths.reduce(0, +) + 2 * (widths.count - 1)
      if used < width {
        let wanted = rows.map { TextWidth.of($0[last]) }.max() ?? 0
        widths[last] = max(widths[last], min(wanted, widths[last] + width - used))
      }
    }
    var text = screen.styled(line(columns.map(\.head), widths), .bold) + "\n"
    for row in rows { text += line(row, widths) + "\n" }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let cut = TextWidth.cut(cell, to: widths[index])
      let padding = String(repeating: " ", count: max(0, widths[index] - TextWidth.of(cut)))
      if index > 0 { line += "  " }
      line += columns[index].isNumber ? padding + cut : cut + (index == cells.count - 1 ? "" : padding)
    }
    return line
  }
}
