extension SelectionReport {
  /// What the training of a network cost.
  public struct Cost: Sendable, Equatable, Codable {
    /// The weights that exist.
    public var connections: Int
    /// The weights of a dense network of the same widths.
    public var denseConnections: Int
    /// The multiply-adds by the rule of the paper.
    public var publishedRule: Int
    /// The multiply-adds of forward and backward passes.
    public var training: Int
    /// The multiply-adds of growth by gradient.
    public var growth: Int
    /// The multiply-adds of the importance of the inputs.
    public var importance: Int
    /// The bytes of the state of the training.
    public var stateBytes: Int

    /// Creates a cost.
    ///
    /// - Parameters:
    ///   - connections: The weights that exist.
    ///   - denseConnections: The weights of a dense network of the same widths.
    ///   - publishedRule: The multiply-adds by the rule of the paper.
    ///   - training: The multiply-adds of forward and backward passes.
    ///   - growth: The multiply-adds of growth by gradient.
    ///   - importance: The multiply-adds of the importance of the inputs.
    ///   - stateBytes: The bytes of the state of the training.
    public init(
      connections: Int, denseConnections: Int, publishedRule: Int, training: Int, growth: Int,
      importance: Int, stateBytes: Int
    ) {
      self.connections = connections
      self.denseConnections = denseConnections
      self.publishedRule = publishedRule
      self.training = training
      self.growth = growth
      self.importance = importance
      self.stateBytes = stateBytes
    }
  }

  /// How much of the importance of each chosen column belongs to each class.
  public struct ClassShares: Sendable, Equatable, Codable {
    /// A column and the share of each class, in 0...1.
    public struct Row: Sendable, Equatable, Codable {
      /// The name of the column.
      public var name: String
      /// The share of each class.
      public var shares: [Double]

      /// Creates a row.
      ///
      /// - Parameters:
      ///   - name: The name of the column.
      ///   - shares: The share of each class, in 0...1.
      public init(name: String, shares: [Double]) {
        self.name = name
        self.shares = shares
      }
    }

    /// The names of the classes.
    public var names: [String]
    /// The chosen columns, best first.
    public var rows: [Row]

    /// Creates the shares.
    ///
    /// - Parameters:
    ///   - names: The names of the classes.
    ///   - rows: The chosen columns, best first.
    public init(names: [String], rows: [Row]) {
      self.names = names
      self.rows = rows
    }
  }
}

extension ReportPage {
  /// A row of the table of costs.
  struct CostRow {
    var seed: String
    var connections: String
    var dense: String
    var published: String
    var training: String
    var growth: String
    var importance: String
    var state: String

    /// The cost of a run; nil if it trained no network.
    init?(_ run: SelectionReport.Run) {
      guard let cost = run.cost else { return nil }
      seed = "\(run.seed)"
      connections = grouped(cost.connections)
      dense = grouped(cost.denseConnections)
      published = shortCount(cost.publishedRule)
      training = shortCount(cost.training)
      growth = shortCount(cost.growth)
      importance = shortCount(cost.importance)
      state = shortCount(cost.stateBytes, unit: "B")
    }
  }

  /// The table of classes.
  struct ClassSection {
    struct Cell {
      var value: String
      /// How much colour is mixed in, in percent; less than all, so that text can be read.
      var tint: Int
    }

    struct Row {
      var name: String
      var cells: [Cell]
    }

    let names: [String]
    let rows: [Row]

    /// The table; nil without columns or classes.
    init?(_ classes: SelectionReport.ClassShares) {
      guard !classes.rows.isEmpty, !classes.names.isEmpty else { return nil }
      names = classes.names
      rows = classes.rows.map { row in
        Row(
          name: row.name,
          cells: row.shares.map { share in
            guard share.isFinite else { return Cell(value: "–", tint: 0) }
            let percent = min(max(share, 0), 1) * 100
            return Cell(value: decimal(percent, 0), tint: Int((percent * 0.6).rounded()))
          })
      }
    }
  }
}
