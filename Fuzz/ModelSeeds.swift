/// Small sound models as their target takes them: description, header of the tensors, tensors.
enum ModelSeeds {
  static var all: [[UInt8]] {
    [
      seed(
        columns: #"{"hasIndicator":false,"missingCount":0,"name":"a"}"#, names: #""a""#,
        nodes: [
          #"{"inputs":["input"],"kind":"linear","name":"l","#
            + #""settings":{"hasBias":false,"outputCount":2}}"#,
          #"{"inputs":["l"],"kind":"leakyrelu","name":"r","settings":{"slope":0.1}}"#,
          #"{"inputs":["l","r"],"kind":"add","name":"s","settings":{}}"#,
        ], inputCount: 1, meaning: #"{"classes":{"names":["p","q"]}}"#,
        header: #"{"l.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#,
        data: [1, -1]),
      seed(
        columns: #"{"hasIndicator":false,"levels":["u","v","w"],"missingCount":0,"name":"k"},"#
          + #"{"fill":7,"hasIndicator":true,"missingCount":9,"name":"a"}"#,
        names: #""a","k=u","k=v","k=w","a is missing""#,
        nodes: [
          #"{"inputs":["input"],"kind":"sparselinear","name":"l","#
            + #""settings":{"inputCount":5,"storage":"automatic","unitCount":1}}"#
        ], inputCount: 5, meaning: #"{"value":{"_0":{"deviation":2,"mean":0.5}}}"#,
        header: #"{"l.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""l.weight.row_starts":{"dtype":"I32","shape":[2],"data_offsets":[8,16]},"#
          + #""l.weight.columns":{"dtype":"I32","shape":[2],"data_offsets":[16,24]},"#
          + #""l.bias":{"dtype":"F32","shape":[1],"data_offsets":[24,28]}}"#,
        data: [
          1, -1, Float(bitPattern: 0), Float(bitPattern: 2), Float(bitPattern: 1),
          Float(bitPattern: 4), 3,
        ]),
    ]
  }

  private static func seed(
    columns: String, names: String, nodes: [String], inputCount: Int, meaning: String,
    header: String, data: [Float]
  ) -> [UInt8] {
    let input =
      #"{"inputs":[],"kind":"input","name":"input","settings":{"shape":{"extents":["#
      + "\(inputCount)]}}}"
    let numbers = (0..<inputCount).map { "\($0 + 1)" }.joined(separator: ",")
    let counts = [
      "connectionCount", "denseConnectionCount", "epochCount", "firstConnectionCount",
      "growthMultiplyAdds", "importanceMultiplyAdds", "importanceSeconds", "parameterCount",
      "publishedRuleMultiplyAdds", "rowCount", "seconds", "stateBytes", "stepCount",
      "trainingMultiplyAdds",
    ].map { "\"\($0)\":0" }.joined(separator: ",")
    let text =
      #"{"columnNames":["# + names + #"],"encoding":{"columns":["# + columns
      + #"]},"meaning":"# + meaning + #","nodes":["# + ([input] + nodes).joined(separator: ",")
      + #"],"scaler":{"logarithms":[],"offsets":["# + numbers + #"],"scales":["# + numbers
      + #"]},"schema":1,"targetNames":["t"],"training":{"bestEpoch":0,"cost":{"# + counts
      + #"},"epochs":[{"trainingLoss":0.5}],"isInterrupted":false,"notes":[]}}"#
    let bytes = data.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt32($0))) }
    }
    return Array((text + "\n" + header + "\n").utf8) + bytes
  }
}
