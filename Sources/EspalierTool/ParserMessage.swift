/// The messages of the argument parser in the manner of all other errors.
enum ParserMessage {
  /// One line without the parser's headings, with the remedy where the parser has none.
  static func oneLine(_ message: String) -> String {
    let words = message.split { $0.isWhitespace }.joined(separator: " ")
    let text = words.hasPrefix("Error: ") ? String(words.dropFirst(7)) : words
    let body = text.hasSuffix(".") ? text.dropLast() : text[...]
    let start = body.prefix(1).lowercased() + body.dropFirst()
    return start.replacing(". Did you mean", with: "; did you mean")
      .replacing(". Please provide", with: "; please provide") + remedy(for: start)
  }

  /// What kind of number an option takes, by the name its value has in the help.
  private static func remedy(for message: String) -> String {
    guard message.hasPrefix("the value '"), message.hasSuffix(">'"),
      let name = message.dropLast(2).split(separator: "<").last
    else { return "" }
    return switch name {
    case "k", "n", "p": "; give a whole number below 2^63"
    case "k,k,...": "; give whole numbers from 1 with commas between them"
    case "schedule": "; give constant, cosine, step:30 or step:80,120 with rising epochs"
    case "widths": "; give whole numbers from 1 with dashes between them"
    case "seed": "; give a whole number from 0 to 2^64 - 1"
    case "share", "chance", "rate", "factor", "seconds", "r", "s": "; give a number"
    default: ""
    }
  }
}
