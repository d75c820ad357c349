import Tensors

/// A measured duration, which is no part of what a result is: any two are equal.
public struct Elapsed: Sendable, Equatable, Codable {
  /// The duration in seconds.
  public var seconds: Double

  /// Creates a duration.
  ///
  /// - Parameter seconds: The duration in seconds.
  public init(_ seconds: Double) {
    self.seconds = seconds
  }

  public static func == (left: Elapsed, right: Elapsed) -> Bool { true }
}

/// How a race among methods went.
public struct RaceRecord: Sendable, Equatable, Codable {
  /// A selection by one rival in the training part of one split, and what it was worth.
  public struct Heat: Sendable, Equatable, Codable {
    /// The rival's name.
    public var rival: String
    /// The round, from 0; all rivals of a round have the same split.
    public var round: Int
    /// The mean score of the validation rows.
    public var value: Double
    /// The duration of choosing and judging.
    public var time: Elapsed
  }

  /// Where a rival came in.
  public struct Standing: Sendable, Equatable, Codable {
    /// The rival's name.
    public var rival: String
    /// The mean score over all rows of its heats.
    public var value: Double
    /// How many heats it ran.
    public var heatCount: Int
    /// The last round it was in, from 0.
    public var lastRound: Int
    /// How much higher the winner's value is in the heats that both ran; 0 for the winner.
    public var difference: Double
    /// The standard error of that difference: of the rows, and of what other choices by the same
    /// methods would be worth.
    public var standardError: Double
    /// The duration of its heats.
    public var time: Elapsed
  }

  /// A rival that did not race.
  public struct Absentee: Sendable, Equatable, Codable {
    /// The rival's name.
    public var rival: String
    /// Why.
    public var reason: String

    /// Creates an absentee.
    ///
    /// - Parameters:
    ///   - rival: The rival's name.
    ///   - reason: Why it did not race.
    public init(rival: String, reason: String) {
      self.rival = rival
      self.reason = reason
    }
  }

  /// The rival that chooses unless another one is ahead beyond chance.
  public var incumbent = ""
  /// The learner that judged.
  public var judge: String
  /// What a value is, such as `accuracy`.
  public var measure: String
  /// The rows in the training part of a split.
  public var trainingRowCount: Int
  /// The rows in the validation part of a split.
  public var validationRowCount: Int
  /// The heats in the order in which they were run.
  public var heats: [Heat] = []
  /// The rivals: the winner, then the others, those that stayed longer first.
  public var standings: [Standing] = []
  /// Those that did not race.
  public var absentees: [Absentee] = []
  /// Whether time ended the race before its rules did.
  public var isCutShort = false

  /// The method that chose; nil if none came to an end.
  public var winner: String? { standings.first?.rival }

  /// The best of the others.
  public var runnerUp: Standing? { standings.count > 1 ? standings[1] : nil }
}

extension RaceRecord {
  /// All of the record.
  var state: Snapshot {
    var state = Snapshot()
    state.save("incumbent", incumbent)
    state.save("judge", judge)
    state.save("measure", measure)
    state.save("rowCounts", [trainingRowCount, validationRowCount])
    state.save("heatRivals", Snapshot(textList: heats.map(\.rival)))
    state.save("heatRounds", heats.map(\.round))
    state.save("heatValues", .double(heats.map(\.value)))
    state.save("heatSeconds", .double(heats.map(\.time.seconds)))
    state.save("rivals", Snapshot(textList: standings.map(\.rival)))
    state.save("values", .double(standings.map(\.value)))
    state.save("heatCounts", standings.map(\.heatCount))
    state.save("lastRounds", standings.map(\.lastRound))
    state.save("differences", .double(standings.map(\.difference)))
    state.save("standardErrors", .double(standings.map(\.standardError)))
    state.save("seconds", .double(standings.map(\.time.seconds)))
    state.save("absentees", Snapshot(textList: absentees.map(\.rival)))
    state.save("reasons", Snapshot(textList: absentees.map(\.reason)))
    state.save("isCutShort", isCutShort)
    return state
  }

  /// The record that was saved.
  ///
  /// - Parameter state: What ``state`` was.
  /// - Throws: `SnapshotError` if it is none of a race.
  init(restoredFrom state: Snapshot) throws(SnapshotError) {
    let counts = try state.integers("rowCounts", count: 2, in: 0..<1 << 53)
    self.init(
      judge: try state.text("judge"), measure: try state.text("measure"),
      trainingRowCount: counts[0], validationRowCount: counts[1])
    incumbent = try state.text("incumbent")
    let limit = 0..<1 << 31
    let runners = try state.part("heatRivals").textList()
    let rounds = try state.integers("heatRounds", count: runners.count, in: limit)
    let heatValues = try state.doubles("heatValues", count: runners.count)
    let heatSeconds = try state.doubles("heatSeconds", count: runners.count)
    heats = runners.indices.map {
      Heat(
        rival: runners[$0], round: rounds[$0], value: heatValues[$0],
        time: Elapsed(heatSeconds[$0]))
    }
    let rivals = try state.part("rivals").textList()
    let values = try state.doubles("values", count: rivals.count)
    let heatCounts = try state.integers("heatCounts", count: rivals.count, in: limit)
    let lastRounds = try state.integers("lastRounds", count: rivals.count, in: limit)
    let differences = try state.doubles("differences", count: rivals.count)
    let errors = try state.doubles("standardErrors", count: rivals.count)
    let seconds = try state.doubles("seconds", count: rivals.count)
    standings = rivals.indices.map {
      Standing(
        rival: rivals[$0], value: values[$0], heatCount: heatCounts[$0],
        lastRound: lastRounds[$0], difference: differences[$0], standardError: errors[$0],
        time: Elapsed(seconds[$0]))
    }
    let absent = try state.part("absentees").textList()
    let reasons = try state.part("reasons").textList()
    guard absent.count == reasons.count else { throw .impossibleValue("reasons") }
    absentees = absent.indices.map { Absentee(rival: absent[$0], reason: reasons[$0]) }
    isCutShort = try state.flag("isCutShort")
  }
}
