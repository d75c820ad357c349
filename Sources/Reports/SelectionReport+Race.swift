extension SelectionReport {
  /// How the method was found: a race on splits of the training rows.
  public struct Race: Sendable, Equatable, Codable {
    /// A method in a race.
    public struct Rival: Sendable, Equatable, Codable {
      /// The name.
      public var name: String
      /// The mean score in its heats.
      public var value: Double
      /// How many heats it ran.
      public var heatCount: Int
      /// How much higher the winner's value is where both ran.
      public var difference: Double
      /// The standard error of that difference.
      public var standardError: Double
      /// Whether it won.
      public var isWinner: Bool

      /// Creates a rival.
      ///
      /// - Parameters:
      ///   - name: The name.
      ///   - value: The mean score in its heats.
      ///   - heatCount: How many heats it ran.
      ///   - difference: How much higher the winner's value is where both ran.
      ///   - standardError: The standard error of that difference.
      ///   - isWinner: Whether it won.
      public init(
        name: String, value: Double, heatCount: Int, difference: Double, standardError: Double,
        isWinner: Bool
      ) {
        self.name = name
        self.value = value
        self.heatCount = heatCount
        self.difference = difference
        self.standardError = standardError
        self.isWinner = isWinner
      }
    }

    /// The seed of the run.
    public var seed: UInt64 = 0
    /// Remarks, a sentence each.
    public var facts: [String]
    /// What a value is.
    public var measure: String
    /// The rivals, the winner first.
    public var rivals: [Rival]

    /// Creates a race.
    ///
    /// - Parameters:
    ///   - facts: Remarks, a sentence each.
    ///   - measure: What a value is.
    ///   - rivals: The rivals, the winner first.
    public init(facts: [String], measure: String, rivals: [Rival]) {
      self.facts = facts
      self.measure = measure
      self.rivals = rivals
    }
  }
}

extension ReportPage {
  /// A race, under the names of the template.
  struct RaceSection {
    struct Row {
      var name: String
      var value: String
      var heats: String
      var behind: String
      var isWinner: Bool
    }

    let title: String
    let facts: [String]
    let measure: String
    let rivals: [Row]

    init(_ race: SelectionReport.Race) {
      title = "The race of seed \(race.seed)"
      facts = race.facts
      measure = race.measure
      rivals = race.rivals.map {
        Row(
          name: $0.name, value: significant($0.value), heats: grouped($0.heatCount),
          behind: $0.isWinner
            ? "won" : "\(decimal($0.difference, 4)) ± \(decimal($0.standardError, 4))",
          isWinner: $0.isWinner)
      }
    }
  }

  /// The sections of the races.
  static let raceSections = """
    {{#races}}<section>
    <h2>{{title}}</h2>
    <p>Each rival chose from the same part of the training rows and was judged on the rest of them.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="{{title}}">
    <table><caption>Behind is the winner's value less the rival's in the heats of both, with its standard error</caption>
    <thead><tr><th scope="col">method</th><th scope="col" class="number">{{measure}}</th>
    <th scope="col" class="number">heats</th><th scope="col" class="number">behind</th></tr></thead>
    <tbody>{{#rivals}}<tr{{#isWinner}} class="chosen"{{/isWinner}}><th scope="row">{{name}}</th><td class="number">{{value}}</td>
    <td class="number">{{heats}}</td><td class="number">{{behind}}</td></tr>
    {{/rivals}}</tbody></table></div>
    <ul>{{#facts}}<li>{{.}}</li>
    {{/facts}}</ul>
    </section>{{/races}}
    """
}
