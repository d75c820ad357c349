import Networks

/// The groups that the same products make: what people call the units of a layer.
public struct UnitFamily: Hashable, Sendable {
  /// The names of the products, or of the first node where no product makes the units.
  public let name: String
  /// The positions of the products; empty where no product makes the units.
  public let products: [Int]
  /// The products that read the units.
  public let readers: [Int]
  /// The numbers of the groups, ascending.
  public let groups: [Int]
  /// Why they have to stay; nil if they can go.
  public let refusal: String?

  /// The number of groups that could be removed one by one.
  public var width: Int { groups.count }

  static func all(of groups: [UnitGroup], nodeNames: [String]) -> [UnitFamily] {
    struct Key: Hashable {
      let products: [Int]
      let first: Int
      let refusal: String?
    }
    var order: [Key] = []
    var members: [Key: [UnitGroup]] = [:]
    for group in groups {
      let products = distinct(group.products.map(\.node))
      let first = products.isEmpty ? group.members[0].node : -1
      let key = Key(products: products, first: first, refusal: group.refusal)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(group)
    }
    return order.map { key in
      let own = members[key] ?? []
      let names = (key.products.isEmpty ? [key.first] : key.products).map { nodeNames[$0] }
      return UnitFamily(
        name: names.joined(separator: ", "), products: key.products,
        readers: distinct(own.flatMap { $0.readers.map(\.product) }).sorted(),
        groups: own.map(\.id), refusal: key.refusal)
    }
  }

  /// The numbers in their order, each once.
  private static func distinct(_ numbers: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return numbers.filter { seen.insert($0).inserted }
  }
}

extension UnitGroups: CustomStringConvertible {
  /// A table with a line per family: its products, how many groups, who reads them, and why they
  /// have to stay.
  public var description: String {
    let lines = families.map { family in
      [
        family.name, family.readers.map { nodeNames[$0] }.joined(separator: ", "),
        family.refusal ?? "", String(family.width),
      ]
    }
    return Network.table([["made by", "read by", "stays because", "groups"]] + lines)
  }
}
