/// What a scalar is to search.
///
/// A letter or digit is part of a word, in lower case and without its diacritics. Scripts that are written without
/// spaces are searched by pairs of neighbouring characters: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar. All else parts
/// words.
enum ScalarClass: Equatable {
  case separator
  /// A mark on the letter before it: passed over.
  case mark
  /// Of a word; folded.
  case word(UInt32)
  /// Of a script that is searched by pairs.
  case paired

  init(_ scalar: UInt32) {
    let code = scalar < UInt32(Folding.table.count) ? Folding.table[Int(scalar)] : Folding.code(scalar)
    switch code {
    case Folding.separator: self = .separator
    case Folding.mark: self = .mark
    case Folding.paired: self = .paired
    default: self = .word(code)
    }
  }
}

enum Folding {
  static let separator: UInt32 = 0
  static let mark: UInt32 = .max
  static let paired: UInt32 = .max - 1

  /// For the scalars that nearly all texts are made of: looked up in Unicode's tables once.
  static let table: [UInt32] = (0..<0x2000).map { code(UInt32($0)) }

  static func code(_ value: UInt32) -> UInt32 {
    if isPaired(value) { return isSpoken(value) ? paired : separator }
    // Full-width forms of ASCII.
    if value >= 0xFF01, value <= 0xFF5E { return code(value - 0xFEE0) }
    guard let scalar = Unicode.Scalar(value) else { return separator }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .spacingMark:
      guard let lower = properties.lowercaseMapping.unicodeScalars.first else { return value }
      return bases[lower.value] ?? lower.value
    case .nonspacingMark, .enclosingMark: return mark
    case .format where value == 0xAD || value == 0x200C || value == 0x200D: return mark
    default: return separator
    }
  }

  private static func isSpoken(_ value: UInt32) -> Bool {
    guard let scalar = Unicode.Scalar(value) else { return false }
    switch scalar.properties.generalCategory {
    case .otherLetter, .modifierLetter, .letterNumber, .otherNumber, .decimalNumber, .nonspacingMark, .spacingMark:
      return true
    default: return false
    }
  }

  /// Blocks of Unicode: https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt
  private static func isPaired(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x1100...0x11FF: true
    case 0x3005...0x3007, 0x3040...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF: true
    case 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC, 0x20000...0x3FFFF: true
    default: false
    }
  }

  /// Letters of Latin, Greek, Cyrillic and Arabic with diacritics, to the letter that carries them.
  /// Source: the canonical decompositions of UnicodeData.txt; a single mark on "đ", "ł" or "ø" is part of the letter.
  private static let bases: [UInt32: UInt32] = {
    var bases: [UInt32: UInt32] = [:]
    for line in decompositions.split(separator: "\n") {
      let scalars = line.unicodeScalars
      guard let base = scalars.first else { continue }
      for scalar in scalars.dropFirst(2) { bases[scalar.value] = base.value }
    }
    return bases
  }()

  private static let decompositions = """
    a àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ
    c çćĉċčḉ
    e èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ
    i ìíîïĩīĭįǐȉȋḭḯỉị
    n ñńņňǹṅṇṉṋ
    o òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ
    u ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự
    y ýÿŷȳẏẙỳỵỷỹ
    d ďḋḍḏḑḓ
    g ĝğġģǧǵḡ
    h ĥȟḣḥḧḩḫẖ
    j ĵǰ
    k ķǩḱḳḵ
    l ĺļľḷḹḻḽ
    r ŕŗřȑȓṙṛṝṟ
    s śŝşšșṡṣṥṧṩ
    t ţťțṫṭṯṱẗ
    w ŵẁẃẅẇẉẘ
    z źżžẑẓẕ
    b ḃḅḇ
    f ḟ
    m ḿṁṃ
    p ṕṗ
    v ṽṿ
    x ẋẍ
    æ ǣǽ
    ø ǿ
    ι ΐίϊἰἱἲἳἴἵἶἷὶίῐῑῒΐῖῗ
    α άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ
    ε έἐἑἒἓἔἕὲέ
    η ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ
    υ ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ
    ο όὀὁὂὃὄὅὸό
    ω ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ
    ρ ῤῥ
    σ ς
    и йѝӣӥ
    е ѐёӗ
    г ѓ
    і ї
    к ќ
    у ўӯӱӳ
    ж ӂӝ
    а ӑӓ
    ә ӛ
    з ӟ
    о ӧ
    ө ӫ
    э ӭ
    ч ӵ
    ы ӹ
    ا آأإ
    و ؤ
    ي ئ
    """
}
