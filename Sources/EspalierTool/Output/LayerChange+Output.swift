import Espalier

extension LayerChange {
  /// A table of layers before and after.
  static func lines(_ changes: [LayerChange]) -> [String] {
    if changes.isEmpty { return ["  all units stay"] }
    var table = TextTable([
      ("layer", .left), ("units", .right), ("parameters", .right), ("multiply-adds", .right),
      ("time alone", .right),
    ])
    func cell(_ count: Count, _ text: (Int) -> String) -> String {
      Wording.part(text(count.after), of: text(count.before))
    }
    for change in changes {
      let time = change.seconds.map {
        Wording.part(Wording.time($0.after), of: Wording.time($0.before))
      }
      table.append([
        Terminal.printable(change.name).clippedStart(to: 14),
        cell(change.units, Wording.count), cell(change.parameters, Wording.short),
        cell(change.multiplyAdds, Wording.short), time ?? "",
      ])
    }
    return table.lines()
  }

  /// The layer as a JSON object.
  var json: JSON {
    func pair(_ count: Count) -> JSON {
      .object([("before", .integer(count.before)), ("after", .integer(count.after))])
    }
    return .object([
      ("name", .string(name)), ("units", pair(units)), ("parameters", pair(parameters)),
      ("multiplyAdds", pair(multiplyAdds)),
      (
        "secondsAlone",
        .measured(
          .optional(seconds) {
            .object([("before", .number($0.before)), ("after", .number($0.after))])
          })
      ),
    ])
  }
}
