import Espalier

/// What was typed, made ready for the parser, or refused where its message would mislead.
enum TypedArguments {
  /// A verb of the program.
  struct Verb {
    var name: String
    /// The verbs that come behind it.
    var behind: [Verb]
    /// Whether it is none that a person types.
    var isHidden: Bool

    init(_ name: String, behind: [Verb] = [], isHidden: Bool = false) {
      (self.name, self.behind, self.isHidden) = (name, behind, isHidden)
    }
  }

  /// Checks the arguments.
  ///
  /// - Parameters:
  ///   - arguments: What was typed behind the program's name.
  ///   - verbs: The verbs there are.
  /// - Returns: The arguments for the parser.
  /// - Throws: ``ToolError`` for an unknown verb or an empty argument.
  static func ready(
    _ arguments: [String], verbs: [Verb]
  ) throws(ToolError) -> [String] {
    try checkFirst(arguments, verbs: verbs.map(\.name))
    if let verb = verbs.first(where: { $0.name == arguments.first && !$0.behind.isEmpty }) {
      try checkSecond(arguments, of: verb.name, verbs: verb.behind)
    }
    let options = arguments.prefix { $0 != "--" }
    try refuseEmpty(Array(options))
    return joiningNegativeNumbers(Array(options)) + arguments.dropFirst(options.count)
  }

  /// Refuses an unknown verb with the nearest one; the parser would call it an argument too many.
  private static func checkFirst(_ arguments: [String], verbs: [String]) throws(ToolError) {
    guard let first = arguments.first, !first.isEmpty else { return }
    if first.hasPrefix("-") {
      let known = ["--help", "--version"]
      guard !known.contains(first), let hint = nearest(to: first, among: known) else { return }
      throw .usage("unknown option '\(first)'; did you mean '\(hint)'?")
    }
    guard !verbs.contains(first) else { return }
    let hint = nearest(to: first, among: verbs).map { "did you mean '\($0)'?" }
    throw .usage("no verb '\(first)'; " + (hint ?? "see espalier --help"))
  }

  /// Refuses what no verb of a group is, such as `prune unit`, with the nearest one.
  private static func checkSecond(
    _ arguments: [String], of group: String, verbs: [Verb]
  ) throws(ToolError) {
    guard arguments.count > 1, !arguments[1].isEmpty, !arguments[1].hasPrefix("-"),
      !verbs.contains(where: { $0.name == arguments[1] })
    else { return }
    let names = verbs.filter { !$0.isHidden }.map(\.name)
    let hint = nearest(to: arguments[1], among: names).map { "did you mean '\($0)'?" }
    throw .usage(
      "no verb '\(group) \(arguments[1])'; "
        + (hint ?? "there are \(names.map { "'\(group) \($0)'" }.joined(separator: " and "))"))
  }

  /// Refuses empty arguments, such as those of a shell's variable that is not set.
  private static func refuseEmpty(_ arguments: [String]) throws(ToolError) {
    for (position, argument) in arguments.enumerated() {
      if argument.isEmpty {
        let option = position > 0 ? arguments[position - 1] : ""
        guard option.hasPrefix("-") else {
          throw .usage("argument \(position + 1) is empty; name a file or leave it out")
        }
        throw .usage("the value of \(option) is empty; give one or leave the option out")
      }
      if argument.hasPrefix("--"), argument.firstIndex(of: "=") == argument.indices.last {
        throw .usage(
          "the value of \(argument.dropLast()) is empty; give one or leave the option out")
      }
    }
  }

  /// Joins `--count` and `-1`: the parser takes what begins with a dash for the next option.
  private static func joiningNegativeNumbers(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for argument in arguments {
      if Double(argument) != nil, argument.hasPrefix("-"), let last = joined.last,
        last.hasPrefix("-"), !last.contains("=")
      {
        joined[joined.count - 1] = "\(last)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }
}
