import Foundation
import Tensors
import Testing

@testable import Formats

/// The arrays of `Fixtures/make_safetensors.py`.
private func pythonArrays() -> Safetensors {
  let bits: [UInt16] = [0x0000, 0x8000, 0x3C00, 0xC500, 0x0001, 0x7BFF, 0x7C00, 0x3555]
  let bitBytes = bits.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  var file = Safetensors(metadata: ["format": "np", "note": "a\nü🌳\"\\"])
  file.append(.init("double", [0.1, -1e300, 5e-324, Double.pi], shape: [2, 2]))
  file.append(
    .init("float", Tensor([2, 3], [0.1, -3.4e38, .leastNonzeroMagnitude, .infinity, -0.0, 7])))
  file.append(.init("half", .float16, shape: [8], bytes: bitBytes))
  file.append(.init("brain", .bfloat16, shape: [4, 2], bytes: bitBytes))
  file.append(.init("int64", [Int.min, .max, 7]))
  file.append(.init("int32", [Int32.min, .max], shape: [2, 1]))
  file.append(.init("int16", [-32768, 32767, 5] as [Int16]))
  file.append(.init("int8", [-128, 127, 0] as [Int8]))
  file.append(.init("uint64", [0, UInt64.max]))
  file.append(.init("uint32", [UInt32.max]))
  file.append(.init("uint16", [65535, 1] as [UInt16]))
  file.append(.init("uint8", [0, 1, 2, 3, 4] as [UInt8]))
  file.append(.init("bool", .bool, shape: [3], bytes: [1, 0, 1]))
  file.append(.init("scalar", Tensor([], [2.5])))
  file.append(.init("empty", Tensor([0, 3])))
  file.append(.init("näme \"q\"\\ 世🌳", Tensor([2], [1, 2])))
  return file
}

/// What `Fixtures/make_safetensors.py` writes.
private func pythonFile() throws -> Safetensors {
  let text = try Data(contentsOf: URL(filePath: fixture("python.safetensors.base64")))
  let bytes = try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters))
  return try Safetensors(bytes: Array(bytes), path: "python.safetensors")
}

/// The Python that make_safetensors.py needs.
private let python = ProcessInfo.processInfo.environment["ESPALIER_PYTHON"]

@Suite("Safetensors")
struct SafetensorsTests {
  @Test("A file written by Python is read bit for bit")
  func readsPython() throws {
    let file = try pythonFile()
    let expected = pythonArrays()
    #expect(file.metadata == expected.metadata)
    #expect(file.arrays.count == expected.arrays.count)
    for array in expected.arrays { #expect(file[array.name] == array) }
  }

  @Test(
    "Python reads what is written, bit for bit",
    .enabled(if: python != nil, "set ESPALIER_PYTHON to a Python that has safetensors"))
  func writesForPython() throws {
    let scratch = try Scratch()
    try pythonArrays().write(to: scratch.path("own.safetensors"))
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [fixture("make_safetensors.py"), scratch.path("own.safetensors")]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("Writing and reading gives the same, by file and in memory")
  func returns() throws {
    let scratch = try Scratch()
    let file = pythonArrays()
    try file.write(to: scratch.path("a.safetensors"))
    let bytes = try scratch.bytes("a.safetensors")
    #expect(bytes == file.bytes)
    #expect(scratch.names == ["a.safetensors"])
    let read = try Safetensors(path: scratch.path("a.safetensors"))
    #expect(read == (try Safetensors(bytes: bytes, path: "memory")))
    #expect(read.bytes == bytes)
    for array in file.arrays { #expect(read[array.name] == array) }
  }

  @Test("Each array begins at a multiple of its elements, the data at one of 64")
  func alignment() throws {
    let file = pythonArrays()
    let bytes = file.bytes
    let header = try bytes.withUnsafeBytes { try SafetensorsHeader($0, path: "memory") }
    #expect(header.dataStart % 64 == 0)
    for entry in header.entries { #expect(entry.range.lowerBound % entry.type.byteCount == 0) }
  }

  @Test("Numbers of every type become 32-bit numbers")
  func conversion() throws {
    let file = try pythonFile()
    func floats(_ name: String) throws -> [Float] { try file.array(name).tensor.elements }
    #expect(try floats("half") == [0, -0.0, 1, -5, 5.9604645e-08, 65504, .infinity, 0.33325195])
    #expect(try floats("half")[1].sign == .minus)
    #expect(try floats("brain")[2] == 0.0078125)
    #expect(try floats("brain")[3] == -2048)
    #expect(try floats("double") == [0.1, -.infinity, 0, 3.1415927])
    #expect(try floats("float") == [0.1, -3.4e38, .leastNonzeroMagnitude, .infinity, 0, 7])
    #expect(try floats("int64") == [-9.223372e18, 9.223372e18, 7])
    #expect(try floats("int32") == [-2_147_483_648, 2_147_483_648])
    #expect(try floats("int16") == [-32768, 32767, 5])
    #expect(try floats("int8") == [-128, 127, 0])
    #expect(try floats("uint64") == [0, 18_446_744_073_709_551_616])
    #expect(try floats("uint32") == [4_294_967_296])
    #expect(try floats("uint16") == [65535, 1])
    #expect(try floats("uint8") == [0, 1, 2, 3, 4])
    #expect(try floats("bool") == [1, 0, 1])
    #expect(try file.array("scalar").tensor == Tensor([], [2.5]))
  }

  @Test("An array is asked for by name, type and shape")
  func access() throws {
    let file = try pythonFile()
    #expect(try file.elements(of: "int16", as: Int16.self) == [-32768, 32767, 5])
    #expect(file["nothing"] == nil)
    let path = file.path
    #expect(
      throws: SafetensorsError.missing(
        path: path, name: "int61", known: file.arrays.map(\.name))
    ) { try file.array("int61") }
    #expect(
      throws: SafetensorsError.unsuitable(
        path: path, name: "int16", found: "I16", expected: "I32")
    ) {
      try file.elements(of: "int16", as: Int32.self)
    }
    #expect(
      throws: SafetensorsError.unsuitable(
        path: path, name: "int16", found: "of shape 3", expected: "of shape 4")
    ) {
      try file.array("int16", shape: [4])
    }
  }

  @Test("A file that cannot be opened or written is an error of the system")
  func system() throws {
    let scratch = try Scratch()
    #expect(throws: SafetensorsError.file(.missingFile(path: scratch.path("no")))) {
      try Safetensors(path: scratch.path("no"))
    }
    #expect(throws: SafetensorsError.file(.emptyFile(path: scratch.path("empty")))) {
      try Safetensors(path: try scratch.write([], "empty"))
    }
    #expect {
      try pythonArrays().write(to: scratch.path("no/model.safetensors"))
    } throws: {
      "\($0)".hasPrefix("\(scratch.path("no/model.safetensors")): cannot be written")
    }
  }

  @Test("The digest is SHA-256 of the prefix and the elements")
  func digest() {
    var file = Safetensors()
    #expect(
      file.digest(after: "abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    file.append(.init("a", .uint8, shape: [2], bytes: Array("bc".utf8)))
    #expect(
      file.digest(after: "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
