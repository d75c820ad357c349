import Networks
import Tensors
import Testing

@testable import Pruning

@Suite struct UnitGroupsTests {
  /// The families that can go: name and number of groups.
  private func free(_ network: Network) -> [String: Int] {
    let groups = UnitGroups(of: network)
    return Dictionary(
      uniqueKeysWithValues: groups.families.filter { $0.refusal == nil }
        .map { ($0.name, $0.width) })
  }

  @Test func everyOperationHasARule() {
    for operation in OperationRegistry.all where operation != Input.self {
      #expect(operation is any UnitTracing.Type, "\(operation.kind)")
    }
  }

  @Test func hiddenUnitsOfAPerceptronAreOnTheirOwn() throws {
    let network = try Network(input: [3]) {
      Linear(4)
      ReLU()
      Linear(2)
    }
    let groups = UnitGroups(of: network)
    #expect(free(network) == ["linear1": 4])
    let group = groups[UnitPlace(node: 2, unit: 1)]
    #expect(group.members == [UnitPlace(node: 1, unit: 1), UnitPlace(node: 2, unit: 1)])
    #expect(group.products == [UnitPlace(node: 1, unit: 1)])
    #expect(
      group.readers == [UnitGroup.Reader(product: 3, place: UnitPlace(node: 2, unit: 1))])
    #expect(groups.readNodes == [2])
    #expect(groups[UnitPlace(node: 0, unit: 0)].refusal == "input is the network's input")
    #expect(groups[UnitPlace(node: 3, unit: 0)].refusal == "linear2 is the network's output")
  }

  @Test func aResidualPathJoinsItsStage() throws {
    let network = try Network(input: [4, 4, 2]) {
      Convolution(6, kernel: 3, padding: 1)
      Residual {
        Convolution(5, kernel: 3, padding: 1)
        BatchNorm()
        ReLU()
        Convolution(6, kernel: 3, padding: 1)
      }
      GlobalAveragePool()
      Linear(2)
    }
    #expect(free(network) == ["convolution1, convolution3": 6, "convolution2": 5])
  }

  @Test func concatenationFlatteningAndGatheringKeepTheirOrder() throws {
    var network = Network(input: [2, 2, 1])
    let first = try network.append(Convolution(2, kernel: 1))
    let second = try network.append(Convolution(3, kernel: 1), to: [0])
    try network.append(Concatenate(inputCount: 2), to: [first, second])
    let flat = try network.append(Flatten())
    try network.append(Linear(2))
    let groups = UnitGroups(of: network)
    #expect(free(network) == ["convolution1": 2, "convolution2": 3])
    let group = groups[UnitPlace(node: second, unit: 0)]
    #expect(group.members.filter { $0.node == flat }.map(\.unit) == [8, 9, 10, 11])

    var gathered = Network(input: [3])
    try gathered.append(Linear(3))
    let gather = try gathered.append(GatherColumns(indices: [2, 0, 2]))
    try gathered.append(Linear(1))
    let columns = UnitGroups(of: gathered)[UnitPlace(node: 1, unit: 2)].members
    #expect(columns.filter { $0.node == gather }.map(\.unit) == [0, 2])
    #expect(UnitGroups(of: gathered)[UnitPlace(node: 1, unit: 1)].readers.isEmpty)
  }

  @Test func groupedConvolutionsAreCutByGroup() throws {
    let network = try Network(input: [4, 4, 2]) {
      Convolution(6, kernel: 1)
      Convolution(6, kernel: 3, padding: 1, groupCount: 6)
      Convolution(6, kernel: 1)
      Convolution(9, kernel: 1, groupCount: 3)
      GlobalAveragePool()
      Linear(2)
    }
    #expect(free(network) == ["convolution1, convolution2": 6, "convolution3, convolution4": 3])
  }

  @Test func barriersAreNamed() throws {
    let network = try Network(input: [3]) {
      Linear(4)
      LayerNorm()
      Linear(4)
      Softmax()
      Linear(2)
    }
    let refusals = UnitGroups(of: network).families.map(\.refusal)
    #expect(refusals.contains("layernorm1 computes each unit from all of them"))
    #expect(refusals.contains("softmax1 computes each unit from all of them"))
    #expect(free(network).isEmpty)
    #expect("\(UnitGroups(of: network))".contains("stays because"))
  }

  @Test func aReshapeIsFollowedWhereUnitsStayInOrder() throws {
    let network = try Network(input: [2, 2, 1]) {
      Convolution(3, kernel: 1)
      Reshape(to: [4, 3])
      Reshape(to: [12])
      Linear(2)
    }
    #expect(free(network) == ["convolution1": 3])
    let held = try Network(input: [2, 2, 1]) {
      Convolution(3, kernel: 1)
      Permute(axes: [2, 0, 1])
      Reshape(to: [12])
      Linear(2)
    }
    #expect(free(held).isEmpty)
  }
}
