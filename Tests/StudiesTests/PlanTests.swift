import Testing

@testable import Studies

@Suite("Plans")
struct PlanTests {
  @Test("A plan becomes runs with stable names, options and seeds of their own")
  func expansion() throws {
    let runs = try Plans.plan(Plans.small).runs()
    #expect(
      runs.map(\.name) == [
        "a.entryprune.k5.s0", "a.entryprune.k5.s1", "a.f-test.k5.s0", "a.f-test.k5.s1",
        "a.random-columns.k5.s0", "a.random-columns.k5.s1", "a.all-columns",
        "b.entryprune.k5.s0", "b.entryprune.k5.s1", "b.f-test.k5.s0", "b.f-test.k5.s1",
        "b.random-columns.k5.s0", "b.random-columns.k5.s1", "b.all-columns",
      ])
    #expect(
      runs[0].arguments == [
        "select", "count=5", "data=a.csv", "method=entryprune", "seed=\(runs[0].seed ?? 0)",
        "target=y", "test-fraction=0.2",
      ])
    #expect(runs[6].arguments.contains("baselines=true"))
    #expect(runs[6].arguments.contains("count=1"))
    #expect(Set(runs.map(\.seed)).count == runs.count)
    // A seed depends on nothing but the plan's seed and the name.
    let others = try Plans.plan(
      Plans.small.replacing("[entryprune, f-test]", with: "[rigl, f-test]")
        .replacing("seeds: 2", with: "seeds: 3")
    ).runs()
    let name = "b.f-test.k5.s1"
    #expect(
      others.first { $0.name == name }?.seed == runs.first { $0.name == name }?.seed)
    let reseeded = try Plans.plan("seed: 9\n" + Plans.small).runs()
    #expect(reseeded[0].seed != runs[0].seed)
    #expect(runs[0].seed == 792_729_638)
  }

  @Test("Settings and judges are combined, later levels count, counts may differ by data set")
  func levels() throws {
    let plan = try Plans.plan(
      """
      verb: select
      options: {test-fraction: 0.2, patience: 1}
      data: {a: {data: a.csv, counts: [1, 2]}, b: {data: [b.csv, c.csv], patience: 2}}
      methods: {m: {method: rigl, importance: attribution}}
      counts: [5]
      judges: [svc, nearest]
      settings: {short: {patience: 3}, plain: {elimination: false}}
      skip: ["b.m.*.nearest.s?", "*.all-*"]
      """)
    let runs = try plan.runs()
    #expect(runs.count == 2 * 2 * 2 + 2 * 2 + 1 * 2 * 1 + 2)
    let short = try #require(runs.first { $0.name == "b.m.short.k5.svc.s0" })
    #expect(short.arguments.contains("patience=3"))
    #expect(short.arguments.contains("data=b.csv\u{1F}c.csv"))
    #expect(short.candidate == "m, short")
    let plain = try #require(runs.first { $0.name == "b.m.plain.k5.svc.s0" })
    #expect(plain.arguments.contains("patience=2"))
    #expect(plain.arguments.contains("elimination=false"))
    #expect(runs.contains { $0.name == "a.m.plain.k2.nearest.s0" })
    #expect(!runs.contains { $0.name == "a.m.plain.k5.nearest.s0" })
    // Settings of methods are none of a baseline's.
    let random = try #require(runs.first { $0.name == "a.random-columns.k1.svc.s0" })
    #expect(!random.arguments.contains { $0.hasPrefix("patience") })
    #expect(random.arguments.contains("judge=svc"))
  }

  @Test("All judges see the choice of the same seed")
  func judges() throws {
    let runs = try Plans.plan(Plans.small + "\njudges: [svc, nearest]\n").runs()
    let seeds = Dictionary(grouping: runs.filter { $0.role == .method }) {
      $0.name.replacing(".svc.", with: ".").replacing(".nearest.", with: ".")
    }
    #expect(seeds.count == Set(runs.filter { $0.role == .method }.map(\.seed)).count)
    for (name, pair) in seeds {
      #expect(pair.map(\.judge) == ["svc", "nearest"])
      #expect(pair[0].seed == pair[1].seed, "\(name)")
    }
  }

  @Test("Models are trained first, and those that are made smaller take their seed")
  func models() throws {
    let runs = try Plans.plan(
      """
      verb: prune units
      seeds: 2
      options: {test-fraction: 0.2}
      data: {a: a.csv}
      models: {net: {network: auto}}
      methods: {low: {epsilon: 0.1}}
      """
    ).runs()
    #expect(runs.map(\.name) == ["a.net.s0", "a.net.s1", "a.net.low.s0", "a.net.low.s1"])
    #expect(runs[3].former == "a.net.s1")
    #expect(runs[3].seed == nil)
    #expect(runs[1].seed != nil)
    #expect(runs[1].arguments.contains("test-fraction=0.2"))
    #expect(runs[1].verb == "train")
  }

  @Test(
    "A mistake is told with line, column and remedy",
    arguments: [
      (
        "verb: selct\ndata: {a: a}\nmethods: [rigl]", "1:7: no verb 'selct'; did you mean 'select'?"
      ),
      ("verb: select\nmetods: [rigl]", "2:1: no key 'metods'; did you mean 'methods'?"),
      (
        "verb: select\ndata: {a: a}\nmethods: [entrypune]",
        "3:11: no method 'entrypune'; did you mean 'entryprune'?"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods:\n  one: {method: rigll}",
        "4:17: no method 'rigll'; did you mean 'rigl'?"
      ),
      (
        "verb: select\ndata: {a: {data: a, taget: y}}\nmethods: [rigl]",
        "2:21: select has no option 'taget'; did you mean 'target'?"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: {rigl: {patience: [1, 2]}}",
        "3:28: 'patience' takes one value, but 2 are here"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: {rigl: {elimination: yes}}",
        "3:31: 'elimination' is true or false"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: {rigl: {seed: 1}}",
        "3:18: 'seed' is given by the study; give seed at the top of the plan"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: {rigl: {count: 1}}\ncounts: [2]",
        "3:18: 'count' is given under its own key; remove one of them"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: [rigl]\njudges: [svm]",
        "4:10: no judge 'svm'; did you mean 'svc'?"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: [rigl]\ncounts: [0]",
        "4:10: a count must be a whole number from 1 to 9223372036854775807, but is '0'"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: [rigl]\nmodels: {m: {network: auto}}",
        "4:1: select needs no models; remove them, or choose another verb"
      ),
      (
        "verb: select\ndata: {a.b: a}\nmethods: [rigl]",
        "2:8: 'a.b' cannot be a name: at most 40 letters, digits, - and _ make one"
      ),
      (
        "verb: select\ndata: {a: a}\nmethods: [rigl, rigl]",
        "3:17: methods: 'rigl' stands here twice; remove one"
      ),
      (
        "verb: select\ndata: {a: a}\ndata: {b: b}\nmethods: [rigl]",
        "2:1: 'data' stands here twice; remove one"
      ),
      ("verb: select\ndata: [", "3:1: did not find expected node content"),
      ("verb: select\ndata: {a: a}", "'methods' is missing"),
      ("", "the plan is empty; it needs verb, data and methods"),
    ])
  func mistakes(text: String, message: String) {
    #expect {
      _ = try Plans.plan(text)
    } throws: { error in
      let own = "\((error as? PlanError)?.description ?? "\(error)")"
      if own != "plan.yaml:\(message)" && own != "plan.yaml: \(message)" {
        Issue.record("\(own) instead of \(message)")
      }
      return true
    }
  }

  @Test("Patterns that fit no run, and runs without end, are refused")
  func exclusions() throws {
    let plan = try Plans.plan(Plans.small + "skip: ['a.rigl.*']\n")
    #expect(throws: PlanError.self) { try plan.runs() }
    let none = try Plans.plan(Plans.small + "skip: ['*']\n")
    #expect(throws: PlanError.self) { try none.runs() }
    let many = Plans.small.replacing("seeds: 2", with: "seeds: 10000")
      .replacing(
        "counts: [5]", with: "counts: [\(Array(1...30).map(String.init).joined(separator: ","))]")
    #expect(throws: PlanError.self) { try Plans.plan(many).runs() }
  }

  @Test("Deep nesting is an error and no end of the stack")
  func depth() {
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
      String(repeating: "{a: ", count: 50_000), String(repeating: "? ", count: 100_000),
    ] {
      #expect(throws: PlanError.self) { try Plans.plan(text) }
    }
  }

  @Test(
    "Stars stand for any letters, question marks for one",
    arguments: [
      ("*", "abc", true), ("a*c", "abc", true), ("a*c", "abd", false), ("a?c", "abc", true),
      ("a?c", "ac", false), ("*.k5.*", "a.m.k5.s0", true), ("*.k5", "a.k50", false), ("", "", true),
      ("", "a", false), ("a*b*c", "axxbxbyc", true), ("**", "", true),
    ])
  func patterns(pattern: String, name: String, fits: Bool) {
    #expect(NamePattern(pattern).matches(name) == fits)
  }
}
