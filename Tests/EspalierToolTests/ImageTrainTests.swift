import Espalier
import Foundation
import Testing

@Suite("Networks for images")
struct ImageTrainTests {
  private static let network = "--network resnet18-cifar --width 0.05"

  /// A folder with 40 images of ten classes in `images.bin`.
  private func workplace() throws -> Workplace {
    let workplace = try Workplace()
    try workplace.write(Pictures.cifar((0..<40).map { $0 % 10 }), to: "images.bin")
    return workplace
  }

  private func train(_ options: String, in workplace: Workplace) throws -> Tool.Outcome {
    try Tool.run(
      "train images.bin --task classification \(Self.network) --epochs 2 --batch 8 --quiet "
        + options,
      in: workplace)
  }

  /// Trains a network, and writes its parameters as another program would: by their names alone.
  private func writeForeign(in workplace: Workplace) throws {
    let outcome = try train("--scale none --output run", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let model = try Model(path: workplace.url.appending(path: "run/model.safetensors").path)
    var file = Safetensors(metadata: ["format": "pt"])
    for array in model.trained.network.arrays { file.append(array) }
    try file.write(to: workplace.url.appending(path: "foreign.safetensors").path)
  }

  @Test("The same seed gives the same bits, with augmentation and without the memory as well")
  func determinism() throws {
    let workplace = try workplace()
    let changed = "--augment flip,crop:4,resized-crop:0.5,jitter:0.4"
    for (folder, options) in [
      ("a", changed), ("b", changed), ("c", "\(changed) --save-memory"),
      ("d", "\(changed) --seed 1"),
      ("e", ""),
    ] {
      let outcome = try train("\(options) --output \(folder)", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    func file(_ folder: String, _ name: String) throws -> Data {
      try Data(contentsOf: workplace.url.appending(path: "\(folder)/\(name)"))
    }
    for name in ["model.safetensors", "result.json", "events.jsonl", "report.html"] {
      #expect(try file("a", name) == file("b", name), "\(name)")
    }
    #expect(try file("a", "model.safetensors") == file("c", "model.safetensors"))
    #expect(try file("a", "model.safetensors") != file("d", "model.safetensors"))
    #expect(try file("a", "model.safetensors") != file("e", "model.safetensors"))
  }

  @Test("Heading, accuracies, top-5 and settings are told everywhere")
  func told() throws {
    let workplace = try workplace()
    let outcome = try train(
      "--augment flip,jitter --decay all --test-fraction 0.25 --output run", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("A resnet18-cifar network of width 0.05 on images.bin\n"))
    for part in ["\ntraining   accuracy ", ", top-5 ", "  conv1", "\noperations "] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let result = try workplace.json("run/result.json")
    let best = try #require(result["best"] as? [String: Any])
    for key in [
      "trainingAccuracy", "trainingTopFive", "validationAccuracy", "validationTopFive",
    ] {
      #expect((0...1).contains(try #require(best[key] as? Double)), "\(key)")
    }
    let test = try #require(result["test"] as? [String: Any])
    let (first, five) = (test["value"] as? Double, test["topFive"] as? Double)
    #expect(try #require(first) <= #require(five))
    let settings = try #require(result["settings"] as? [String: Any])
    #expect(settings["augment"] as? String == "flip,jitter:0.4")
    #expect(settings["decay"] as? String == "all" && settings["saveMemory"] as? Bool == false)
    let events = try workplace.text("run/events.jsonl")
    #expect(events.contains("\"trainingTopFive\""))
    let page = try workplace.text("run/report.html")
    #expect(page.contains("A resnet18-cifar network of width 0.05 on images.bin"))
    #expect(page.contains("Accuracy over epochs") && page.contains("validation top-5"))
  }

  @Test(
    "What does not go together is one line and an exit code",
    arguments: [
      ("--augment turn", 64, "no augmentation 'turn'; there are flip, crop:4, resized-crop:0.08"),
      ("--augment flip,", 64, "--augment flip,: no augmentation ''"),
      ("--augment flip:2", 64, "flip takes no number"),
      ("--augment crop:x", 64, "'x' of crop is no number, as in crop:4"),
      ("--augment crop:0", 64, "the padding of the crop is 0, but must be at least 1 pixel"),
      ("--augment crop:32", 64, "below the extents of the images, 32x32"),
      ("--augment jitter:2", 64, "the strength of the jitter is 2.0, but must be above 0"),
      ("--augment flip,flip", 64, "the augmentation is flip twice, but must be there once"),
      ("--topology set", 64, "resnet18-cifar is dense; leave --sparsity and --topology out"),
      ("--topology rigl", 64, "resnet18-cifar is dense; leave --sparsity and --topology out"),
      ("--image-size 16x16", 65, "is CIFAR-10, which holds no pictures to be brought to a size"),
      ("--decay some", 64, "the value 'some' is invalid for '--decay <decay>'"),
      ("--batch 1", 64, "the batch is 1, but must be at least 2: bn1 normalises over the rows"),
    ])
  func refusals(options: String, status: Int32, message: String) throws {
    let workplace = try workplace()
    let outcome = try Tool.run(
      "train images.bin \(Self.network) --epochs 1 \(options)", in: workplace)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("Rows that are no images are not augmented, and are nothing for a network for images")
  func noImages() throws {
    let workplace = try Workplace()
    try workplace.generate()
    for (options, message) in [
      ("--augment flip", "flip changes images, but the 12 columns are no image"),
      ("--network lenet5", "lenet5 is a network for images, but the 12 columns are no image"),
    ] {
      let outcome = try Tool.run("train data.csv --target target \(options)", in: workplace)
      #expect(outcome.status == 65 && outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  // MARK: Prediction

  /// Writes pictures of two classes into a folder, in any size.
  private func write(
    _ folder: String, _ size: Int, channels: Int, in workplace: Workplace
  ) throws {
    for (name, value) in [("dark", 30), ("light", 200)] {
      let url = workplace.url.appending(path: "\(folder)/\(name)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for number in 0..<8 {
        let count = size * size * channels
        let pixels = (0..<count).map { (place: Int) in UInt8(value + (place * 7 + number) % 40) }
        try workplace.write(
          Pictures.png(size, size, channels: channels, pixels),
          to: "\(folder)/\(name)/\(number).png")
      }
    }
  }

  @Test("Pictures are brought to the size and the channels of the training")
  func pictures() throws {
    let workplace = try Workplace()
    try write("small", 28, channels: 3, in: workplace)
    try write("large", 57, channels: 3, in: workplace)
    try write("grey", 40, channels: 1, in: workplace)
    let options =
      "--network lenet5 --epochs 60 --learning-rate 0.01 --batch 8 --scale minmax"
      + " --validation-fraction 0 --quiet --output"
    for (folder, run) in [("small", "run"), ("grey", "greyrun")] {
      let size = folder == "grey" ? "--image-size 28x28 " : ""
      let outcome = try Tool.run("train \(folder) \(size)\(options) \(run)", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    for folder in ["small", "large", "grey"] {
      let outcome = try Tool.run("predict run \(folder)", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors == "accuracy 1.0000 on 16 rows\n", "\(folder): \(outcome.errors)")
    }
    let coloured = try Tool.run("predict greyrun large", in: workplace)
    #expect(coloured.status == 65)
    #expect(
      coloured.errors.contains("the images have 3 channels instead of 1"), "\(coloured.errors)")
    try workplace.write(Pictures.cifar([1, 2, 3]), to: "images.bin")
    let other = try Tool.run("predict run images.bin", in: workplace)
    #expect(other.status == 65)
    #expect(
      other.errors.contains("the images are 32x32x3 instead of 28x28x3"), "\(other.errors)")
    // Rows held out are brought to the same size, too.
    let held = try Tool.run(
      "train small --test large \(options) held --json", in: workplace)
    #expect(held.status == 0, "\(held.errors)")
    let mixed = try Tool.run(
      "train grey --image-size 28x28 --test large \(options) mixed", in: workplace)
    #expect(mixed.status == 65)
    #expect(mixed.errors.contains("the images have 3 channels instead of 1"), "\(mixed.errors)")
    let records = try Tool.run("train small --test images.bin \(options) mixed", in: workplace)
    #expect(records.status == 65)
    #expect(
      records.errors.contains("the images are 32x32x3 instead of 28x28x3"), "\(records.errors)")
  }

  @Test("A file of another program predicts with --network, and its misfits are listed")
  func foreign() throws {
    let workplace = try workplace()
    try writeForeign(in: workplace)
    let call = "predict foreign.safetensors images.bin \(Self.network) --classes 10 --image 32x32x3"
    let counted = try Tool.run(
      "inspect \(call.dropFirst(8)) --entropy --deviation 0.00392156862745098 --json",
      in: workplace)
    let known = try Tool.run("inspect run images.bin --entropy --json", in: workplace)
    #expect(counted.status == 0, "\(counted.errors)")
    let entropies = try [counted, known].map { outcome in
      try (outcome.json()["layers"] as? [[String: Any]] ?? []).map { $0["mixed"] as? Int }
    }
    #expect(!entropies[0].isEmpty && entropies[0] == entropies[1])
    // 1 / 255: pixels come to the network as they came in training.
    let foreign = try Tool.run("\(call) --deviation 0.00392156862745098", in: workplace)
    let own = try Tool.run("predict run images.bin", in: workplace)
    #expect(foreign.status == 0 && own.status == 0, "\(foreign.errors)")
    let (lines, ownLines) = (
      foreign.output.split(separator: "\n"), own.output.split(separator: "\n")
    )
    let header = ["prediction"] + (0..<10).map { "p(\($0))" }
    #expect(lines.count == 41 && lines[0] == header.joined(separator: ","))
    for (line, ownLine) in zip(lines, ownLines).dropFirst() {
      let (found, wanted) = (
        line.split(separator: ",").compactMap { Double($0) },
        ownLine.split(separator: ",").compactMap { Double($0) }
      )
      #expect(found.count == 11 && zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    let failures = [
      ("\(call) --width 0.1", 65, "its parameters are not those of the network; of another shape:"),
      ("\(call) --mean 1,2", 64, "--mean has 2 numbers for images of 3 channel(s)"),
      ("\(call) --deviation 0", 64, "--deviation divides; give numbers above 0"),
      ("predict foreign.safetensors images.bin", 65, "name it with --network"),
      ("predict run images.bin --mean 0", 64, "has a scaling of its own; leave --mean"),
      ("convert foreign.safetensors f.onnx", 65, "name it with --network"),
      ("convert images.bin f.csv --network lenet5 --classes 2", 64, "leave it out"),
      ("predict run images.bin --network lenet5 --classes 10", 64, "describes its network itself"),
      (
        call.replacing("resnet18-cifar", with: "lenet5").replacing("--width 0.05", with: ""), 65,
        "missing: "
      ),
    ]
    for (call, status, message) in failures {
      let call = call.hasSuffix("--width 0.1") ? call.replacing("--width 0.05", with: "") : call
      let outcome = try Tool.run(call, in: workplace)
      #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("A foreign network goes to ONNX by --network, and pictures through it to predictions")
  func foreignONNX() throws {
    let workplace = try workplace()
    try writeForeign(in: workplace)
    let architecture = "\(Self.network) --classes 10 --image 32x32x3"
    for call in [
      "foreign.safetensors last.onnx \(architecture)",
      "foreign.safetensors first.onnx \(architecture) --channels-first",
      "first.onnx copy.safetensors",
    ] {
      let converted = try Tool.run("convert \(call)", in: workplace)
      #expect(converted.status == 0, "\(converted.errors)")
    }
    let wanted = try Tool.run("predict run images.bin", in: workplace).output.split(separator: "\n")
    for name in ["last.onnx", "first.onnx", "copy.safetensors"] {
      // As they are, and by 1 / 255 of them divided by 1 / 255.
      for options in ["", " --deviation 0.00392156862745098"] {
        let found = try Tool.run("predict \(name) images.bin\(options)", in: workplace)
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.errors.contains("gets pixels of 0...255") == options.isEmpty)
        let lines = found.output.split(separator: "\n")
        #expect(lines.count == 41 && lines[0] == "y0,y1,y2,y3,y4,y5,y6,y7,y8,y9")
        for (line, wantedLine) in zip(lines, wanted).dropFirst() {
          let weights = line.split(separator: ",").map { exp(Double($0) ?? 0) }
          let shares = wantedLine.split(separator: ",").dropFirst().map { Double($0) ?? 0 }
          let sum = weights.reduce(0, +)
          #expect(zip(weights, shares).allSatisfy { abs($0 / sum - $1) < 1e-4 })
        }
      }
    }
    // What was trained here reads images as well, its channels first in any case.
    let own = try Tool.run("convert run own.onnx", in: workplace)
    #expect(own.status == 0 && own.output.contains("32x32x3 to 10"), "\(own)")
    #expect(
      try ONNXModel(path: workplace.url.appending(path: "own.onnx").path)
        .imageLayout == .channelsFirst)
    let predicted = try Tool.run("predict own.onnx images.bin", in: workplace)
    let shares = predicted.output.split(separator: "\n").map {
      $0.split(separator: ",").dropFirst()
    }
    for (line, wantedLine) in zip(shares, wanted).dropFirst() {
      let wantedShares = wantedLine.split(separator: ",").dropFirst()
      #expect(
        zip(line, wantedShares).allSatisfy { abs((Double($0) ?? 9) - (Double($1) ?? 0)) < 1e-4 })
    }
    let simplified = try Tool.run(
      "simplify first.onnx images.bin --tolerance 1e-3 -o small.onnx", in: workplace)
    #expect(simplified.status == 0, "\(simplified.errors)")
  }

  @Test("Pictures of other channels or extents are refused by pruning, and so is another scaling")
  func foreignPruning() throws {
    let workplace = try Workplace()
    try write("pictures", 12, channels: 3, in: workplace)
    try write("large", 24, channels: 3, in: workplace)
    try write("records", 12, channels: 1, in: workplace)
    for (name, channels) in [("three", 3), ("four", 4)] {
      let network = try Network(
        input: [12, 12, channels], random: RandomSource(seed: 1)
      ) {
        Convolution(4, kernel: 3)
        ReLU()
        GlobalAveragePool()
        Linear(2)
      }
      try ONNXModel(network).write(
        to: workplace.url.appending(path: "\(name).onnx").path, options: ONNXOptions())
    }
    let shapes = "the images have 3 channels instead of 4, 12x12x3 where 12x12x4 is needed"
    let options = "--keep 2 --epochs 1 --quiet"
    for call in ["predict four.onnx pictures", "prune units four.onnx pictures \(options)"] {
      let refused = try Tool.run(call, in: workplace)
      #expect(refused.status == 65 && refused.errors.contains(shapes), "\(refused.errors)")
    }
    let call = "prune units three.onnx large \(options) --output small"
    let pruned = try Tool.run("\(call) --mean 0.5 --deviation 0.25", in: workplace)
    #expect(pruned.status == 0, "\(pruned.errors)")
    let result = try workplace.json("small/result.json")
    let settings = try #require(result["settings"] as? [String: Any])
    #expect(settings["mean"] as? String == "0.5" && settings["deviation"] as? String == "0.25")
    for (scaling, status) in [
      ("--mean 0.5 --deviation 0.25", 0), ("--mean 0.4 --deviation 0.25", 64),
      ("--mean 0.5 --deviation 0.5", 64), ("--mean 0.5", 64),
    ] as [(String, Int32)] {
      let again = try Tool.run("\(call) \(scaling) --resume", in: workplace)
      #expect(again.status == status, "\(scaling): \(again.errors)")
    }
  }

  @Test("Killed and stopped, with augmentation and without the memory, it comes to the same bytes")
  func resumption() throws {
    let options =
      "--augment flip,crop:4,jitter:0.4 --save-memory --optimizer sgd --schedule cosine --warm-up 1"
      + " --epochs 6 --checkpoint-every 0 --output run"
    let whole = try workplace()
    let start = ContinuousClock.now
    #expect(try train(options, in: whole).status == 0)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let workplace = try workplace()
    var again = ""
    for (part, signal) in [(0.5, SIGKILL), (0.4, SIGTERM), (0.3, SIGKILL)] {
      let line =
        "train images.bin --task classification \(Self.network) --batch 8 --quiet \(options)"
        + again
      let process = try Tool.start(line.split(separator: " ").map(String.init), in: workplace)
      Thread.sleep(forTimeInterval: part * seconds)
      if process.isRunning { kill(process.processIdentifier, signal) }
      process.waitUntilExit()
      again = " --resume"
    }
    #expect(try train("\(options) --resume", in: workplace).status == 0)
    for name in ["model.safetensors", "result.json", "events.jsonl", "report.html"] {
      let bytes = try [whole, workplace].map {
        try Data(contentsOf: $0.url.appending(path: "run/\(name)"))
      }
      #expect(bytes[0] == bytes[1], "\(name)")
    }
  }

  @Test("A foreign network of layers reads the columns in their order")
  func foreignLayers() throws {
    let workplace = try Workplace()
    try workplace.write("b,a,label\n1,2,0\n3,5,1\n", to: "rows.csv")
    var network = try Network(input: [2]) { Linear(2) }
    network[parameter: "linear1.weight"] = Tensor([2, 2], [1, 0, 0, 1])
    network[parameter: "linear1.bias"] = Tensor([2], [0, 0])
    var file = Safetensors()
    for array in network.arrays { file.append(array) }
    try file.write(to: workplace.url.appending(path: "f.safetensors").path)
    // No hidden layer is no network of ours: a hidden one of identity stands in.
    let call =
      "predict f.safetensors rows.csv --network mlp:2 --inputs 2 --classes 2 --target label"
    let refused = try Tool.run(call, in: workplace)
    #expect(refused.status == 65 && refused.errors.contains("missing: linear2.weight"))
    var deep = Network.multilayerPerceptron(
      inputCount: 2, hidden: [2], outputCount: 2, random: RandomSource(seed: 0))
    for layer in ["linear1", "linear2"] {
      deep[parameter: "\(layer).weight"] = Tensor([2, 2], [1, 0, 0, 1])
      deep[parameter: "\(layer).bias"] = Tensor([2], [0, 0])
    }
    var deepFile = Safetensors()
    for array in deep.arrays { deepFile.append(array) }
    try deepFile.write(to: workplace.url.appending(path: "f.safetensors").path)
    let outcome = try Tool.run(call, in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: ",") }
    // softmax(1, 2) and softmax(3, 5)
    #expect(lines[1][0] == "1" && abs((Double(lines[1][2]) ?? 0) - 0.731059) < 1e-5)
    #expect(lines[2][0] == "1" && abs((Double(lines[2][2]) ?? 0) - 0.880797) < 1e-5)
    let narrow = try Tool.run(call.replacing("--target label", with: ""), in: workplace)
    #expect(narrow.status == 65 && narrow.errors.contains("3 columns for a network of 2 inputs"))
  }
}
