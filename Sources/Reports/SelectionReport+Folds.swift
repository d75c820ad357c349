extension SelectionReport {
  /// How sure one can be: what selections inside folds found.
  public struct Folds: Sendable, Equatable, Codable {
    /// A column that folds chose.
    public struct Column: Sendable, Equatable, Codable {
      /// The name.
      public var name: String
      /// The fraction of the folds that chose it, in 0...1.
      public var share: Double
      /// Whether it is among the columns chosen from all rows.
      public var isChosen: Bool

      /// Creates a column.
      ///
      /// - Parameters:
      ///   - name: The name.
      ///   - share: The fraction of the folds that chose it.
      ///   - isChosen: Whether it is among the columns chosen from all rows.
      public init(name: String, share: Double, isChosen: Bool) {
        self.name = name
        self.share = share
        self.isChosen = isChosen
      }
    }

    /// What a fold's columns are worth on the rows left out.
    public struct Value: Sendable, Equatable, Codable {
      /// The repeat, from 1.
      public var repetition: Int
      /// The fold, from 1.
      public var fold: Int
      /// The judge's value.
      public var value: Double
      /// The number of rows left out.
      public var rowCount: Int

      /// Creates a value.
      ///
      /// - Parameters:
      ///   - repetition: The repeat, from 1.
      ///   - fold: The fold, from 1.
      ///   - value: The judge's value.
      ///   - rowCount: The number of rows left out.
      public init(repetition: Int, fold: Int, value: Double, rowCount: Int) {
        self.repetition = repetition
        self.fold = fold
        self.value = value
        self.rowCount = rowCount
      }
    }

    /// The spread in named sentences.
    public var facts: [Setting]
    /// The columns that folds chose, the most frequent first.
    public var columns: [Column]
    /// The value of each fold.
    public var values: [Value]

    /// Creates the folds.
    ///
    /// - Parameters:
    ///   - facts: The spread in named sentences.
    ///   - columns: The columns that folds chose, the most frequent first.
    ///   - values: The value of each fold.
    public init(facts: [Setting], columns: [Column], values: [Value]) {
      self.facts = facts
      self.columns = columns
      self.values = values
    }
  }
}

extension ReportPage {
  /// How sure one can be, under the names of the template.
  struct FoldSection {
    struct Column {
      var name: String
      var frequency: String
      /// The length of the bar behind the frequency, in percent.
      var share: Int
      var remark: String
      var isChosen: Bool
    }

    struct Value {
      var repetition: Int
      var fold: Int
      var value: String
      var rowCount: String
    }

    let facts: [Fact]
    let columns: [Column]
    let values: [Value]

    init(_ folds: SelectionReport.Folds) {
      facts = folds.facts.map { Fact(name: $0.name, value: $0.value) }
      columns = folds.columns.map {
        Column(
          name: $0.name, frequency: decimal($0.share, 2),
          share: $0.share.isFinite ? Int((min(max($0.share, 0), 1) * 100).rounded()) : 0,
          remark: $0.isChosen ? "chosen" : "", isChosen: $0.isChosen)
      }
      values = folds.values.map {
        Value(
          repetition: $0.repetition, fold: $0.fold, value: significant($0.value),
          rowCount: grouped($0.rowCount))
      }
    }
  }

  /// The section of the folds.
  static let foldSection = """
    {{#folds}}<section class="sure">
    <h2>How sure one can be</h2>
    <dl>{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/facts}}</dl>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Columns in folds">
    <table><caption>The fraction of the folds that chose a column</caption>
    <thead><tr><th scope="col">name</th><th scope="col" class="number">in folds</th>
    <th scope="col">remark</th></tr></thead>
    <tbody>{{#columns}}<tr{{#isChosen}} class="chosen"{{/isChosen}}><th scope="row">{{name}}</th>
    <td class="number"><span class="track"><span style="width:{{share}}%"></span></span>{{frequency}}</td><td>{{remark}}</td></tr>
    {{/columns}}</tbody></table></div>
    <details><summary>Every fold</summary>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Values of the folds">
    <table><caption>What the columns chosen in the other folds are worth on the rows left out</caption>
    <thead><tr><th scope="col" class="number">repeat</th><th scope="col" class="number">fold</th>
    <th scope="col" class="number">rows</th><th scope="col" class="number">value</th></tr></thead>
    <tbody>{{#values}}<tr><td class="number">{{repetition}}</td><td class="number">{{fold}}</td>
    <td class="number">{{rowCount}}</td><td class="number">{{value}}</td></tr>
    {{/values}}</tbody></table></div></details>
    </section>{{/folds}}
    """
}
