import Mustache

/// What a report of a study shows: tables, ranks, and what was reached in what time.
package struct StudyReport: Sendable {
  /// A cell of a table.
  package struct Cell: Sendable, Equatable {
    /// What stands in it.
    package var text: String
    /// Whether it is set off as the best.
    package var isBest: Bool
    /// Whether it stands at the right.
    package var isNumber: Bool

    /// Describes a cell.
    ///
    /// - Parameters:
    ///   - text: What stands in it.
    ///   - isBest: Whether it is set off as the best.
    ///   - isNumber: Whether it stands at the right.
    package init(_ text: String, isBest: Bool = false, isNumber: Bool) {
      self.text = text
      self.isBest = isBest
      self.isNumber = isNumber
    }
  }

  /// A table.
  package struct Table: Sendable, Equatable {
    /// What it shows.
    package var title: String
    /// What has to be said of it, a sentence each.
    package var notes: [String]
    /// The heads of the columns.
    package var heads: [Cell]
    /// The rows.
    package var rows: [[Cell]]

    /// Describes a table.
    ///
    /// - Parameters:
    ///   - title: What it shows.
    ///   - notes: What has to be said of it, a sentence each.
    ///   - heads: The heads of the columns.
    ///   - rows: The rows, each with a cell for each head.
    package init(title: String, notes: [String], heads: [Cell], rows: [[Cell]]) {
      self.title = title
      self.notes = notes
      self.heads = heads
      self.rows = rows
    }
  }

  /// Mean ranks by a measure.
  package struct Ranking: Sendable, Equatable {
    /// The measure.
    package var measure: String
    /// The drawing.
    package var diagram: CriticalDifferenceDiagram
    /// The file of the drawing, beside the page.
    package var file: String

    /// Describes a ranking.
    ///
    /// - Parameters:
    ///   - measure: The measure.
    ///   - diagram: The drawing.
    ///   - file: The file of the drawing, beside the page.
    package init(measure: String, diagram: CriticalDifferenceDiagram, file: String) {
      self.measure = measure
      self.diagram = diagram
      self.file = file
    }
  }

  /// What methods reach and how long they take.
  package struct Cost: Sendable, Equatable {
    /// A method.
    package struct Point: Sendable, Equatable {
      /// The name.
      package var name: String
      /// The mean of the measure.
      package var value: Double
      /// The seconds of a run, on average.
      package var seconds: Double
      /// Whether others are compared with it.
      package var isBaseline: Bool

      /// Describes a method.
      ///
      /// - Parameters:
      ///   - name: The name.
      ///   - value: The mean of the measure.
      ///   - seconds: The seconds of a run, on average.
      ///   - isBaseline: Whether others are compared with it.
      package init(name: String, value: Double, seconds: Double, isBaseline: Bool) {
        self.name = name
        self.value = value
        self.seconds = seconds
        self.isBaseline = isBaseline
      }
    }

    /// The measure.
    package var measure: String
    /// The methods.
    package var points: [Point]

    /// Describes methods.
    ///
    /// - Parameters:
    ///   - measure: The measure.
    ///   - points: The methods.
    package init(measure: String, points: [Point]) {
      self.measure = measure
      self.points = points
    }
  }

  /// The heading.
  package var title: String
  /// The program and its version.
  package var producer: String
  /// What kind of study it is.
  package var method: String
  /// The study in a few numbers.
  package var headlines: [SelectionReport.Setting]
  /// Remarks and warnings, one sentence each.
  package var notes: [String]
  /// The tables of what was found.
  package var tables: [Table]
  /// The tables of time and memory.
  package var costs: [Table]
  /// The rankings.
  package var rankings: [Ranking]
  /// What was reached in what time.
  package var points: [Cost]
  /// Facts about the plan.
  package var plan: [SelectionReport.Setting]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - producer: The program and its version.
  ///   - method: What kind of study it is.
  ///   - headlines: The study in a few numbers.
  ///   - notes: Remarks and warnings.
  ///   - tables: The tables of what was found.
  ///   - costs: The tables of time and memory.
  ///   - rankings: The rankings.
  ///   - points: What was reached in what time.
  ///   - plan: Facts about the plan.
  package init(
    title: String, producer: String, method: String, headlines: [SelectionReport.Setting],
    notes: [String], tables: [Table], costs: [Table], rankings: [Ranking], points: [Cost],
    plan: [SelectionReport.Setting]
  ) {
    self.title = title
    self.producer = producer
    self.method = method
    self.headlines = headlines
    self.notes = notes
    self.tables = tables
    self.costs = costs
    self.rankings = rankings
    self.points = points
    self.plan = plan
  }

  /// Renders the report as one HTML page that needs nothing else: no file and no network.
  ///
  /// - Returns: The page, encoded as UTF-8 when written.
  package func html() -> String { StudyPage.template.render(StudyPage(self)) }
}
