import Testing

@testable import Reports

@Suite("Charts")
struct ChartTests {
  @Test(
    "ticks are round and few",
    arguments: [
      ([0, 1], [0, 0.5, 1]), ([0.13, 0.87], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([3, 97], [0, 50, 100]),
      ([-4, 5], [-5, 0, 5]), ([0.0012, 0.0017], [0.0012, 0.0014, 0.0016, 0.0018]),
    ] as [([Double], [Double])])
  func ticks(values: [Double], wanted: [Double]) {
    let scale = AxisScale(values)
    #expect(scale.ticks.count == wanted.count)
    for (tick, wanted) in zip(scale.ticks, wanted) { #expect(abs(tick - wanted) < 1e-9) }
  }

  @Test("a scale holds its values, whatever they are")
  func coverage() {
    var state: UInt64 = 9
    func number() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let magnitude = Double(state >> 40 & 15) - 8
      let factor = (0..<Int(abs(magnitude))).reduce(1.0) { power, _ in power * 10 }
      return (Double(state >> 44) / 1e6 - 0.5) * (magnitude < 0 ? 1 / factor : factor)
    }
    for _ in 0..<2000 {
      let values = [number(), number(), number()]
      let scale = AxisScale(values)
      let slack = (scale.high - scale.low) * 1e-6
      #expect(scale.low <= (values.min() ?? 0) + slack && scale.high >= (values.max() ?? 0) - slack)
      #expect((2...8).contains(scale.ticks.count))
      #expect(Set(scale.ticks.map(scale.label)).count == scale.ticks.count)
    }
  }

  @Test("equal values, none, or ones that are no numbers still make a scale")
  func degenerate() {
    for values in [[], [0], [5, 5], [-3], [.nan, .infinity], [1e300]] as [[Double]] {
      let scale = AxisScale(values)
      #expect(scale.high > scale.low && scale.ticks.count >= 2)
      #expect(scale.position(.nan, from: 1, to: 2) == 1)
    }
    #expect(AxisScale([1, 3], tickCount: 7, wholeNumbers: true).ticks == [1, 2, 3])
  }

  @Test("positions run from one end to the other")
  func positions() {
    let scale = AxisScale([0, 10])
    #expect(scale.position(0, from: 100, to: 0) == 100)
    #expect(scale.position(10, from: 100, to: 0) == 0)
    #expect(scale.position(2.5, from: 0, to: 100) == 25)
    #expect(scale.position(99, from: 0, to: 100) == 100)
  }

  @Test("a curve is broken where a value is missing")
  func gaps() throws {
    let chart = try #require(
      LineChart([.init(name: "a", values: [1, 2, .nan, 1, 2], marked: 3)]))
    #expect(chart.paths[0].commands.split(separator: "M").count == 2)
    #expect(chart.paths[0].commands.split(separator: "L").count == 3)
    #expect(chart.paths[0].mark == nil)
    #expect(LineChart([.init(name: "a", values: [.nan])]) == nil)
    #expect(LineChart([]) == nil)
  }

  @Test("curves beyond the colours are dashed")
  func colours() throws {
    let curves = (0..<8).map { LineChart.Curve(name: "\($0)", values: [1, 2], marked: 1) }
    let paths = try #require(LineChart(curves)).paths
    #expect(paths.map(\.colour) == [0, 1, 2, 3, 4, 5, 0, 1])
    #expect(paths.map(\.dashed) == [false, false, false, false, false, false, true, true])
  }

  @Test("bars start at zero and show fractions on 0...1")
  func bars() throws {
    let chart = BarChart([
      .init(name: "a", value: 0.5, deviation: 0.1, isMain: true),
      .init(name: "b", value: -0.25, deviation: nil, isMain: false),
      .init(name: "c", value: .nan, deviation: nil, isMain: false),
    ])
    #expect(chart.bars.count == 2)
    #expect(chart.ticks.last?.label == "1.0" && chart.ticks.last?.position == 620)
    let zero = try #require(chart.ticks.first { $0.label == "0.0" })
    #expect(chart.bars[0].x == zero.position)
    #expect(abs(chart.bars[1].x + chart.bars[1].width - zero.position) < 0.2)
    #expect(chart.bars[0].value == "0.5000 ± 0.1000")
  }

  @Test("pixels lie where the image has them")
  func pixels() throws {
    let features = [0, 27, 28, 783, 784].map {
      SelectionReport.RankedFeature(rank: 1, index: $0, name: "", score: 0, frequency: 1)
    }
    let map = try #require(PixelMap(features, size: .init(height: 28, width: 28)))
    #expect(map.pixels.map(\.x) == [0, 27, 0, 27] && map.pixels.map(\.y) == [0, 0, 1, 27])
    #expect(PixelMap(features, size: .init(height: 0, width: 28)) == nil)
  }

  @Test("numbers as text")
  func numbers() {
    #expect(decimal(1.25, 1) == "1.3" && decimal(-0.04, 1) == "0.0" && decimal(-2.5, 0) == "−3")
    #expect(decimal(0.999, 2) == "1.00" && decimal(.nan, 2) == "–" && decimal(3.005, 3) == "3.005")
    #expect(significant(0.96341) == "0.9634" && significant(12.3456) == "12.346")
    #expect(significant(0) == "0" && significant(1.234e-7) == "1.23e-07")
    #expect(significant(123_456.7) == "123457" && significant(-.infinity) == "–")
    #expect(grouped(60_000) == "60\u{202F}000" && grouped(784) == "784")
    #expect(grouped(-1_234_567) == "−1\u{202F}234\u{202F}567")
  }
}
