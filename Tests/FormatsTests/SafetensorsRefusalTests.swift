import Testing

@testable import Formats

/// A file that must be refused, and where.
struct Refusal: CustomTestStringConvertible {
  var bytes: [UInt8]
  var offset: Int
  var expected: String

  init(_ header: String, data: [UInt8] = [], _ offset: Int, _ expected: String) {
    (bytes, self.offset, self.expected) = (file(header, data: data), offset, expected)
  }

  init(bytes: [UInt8], _ offset: Int, _ expected: String) {
    (self.bytes, self.offset, self.expected) = (bytes, offset, expected)
  }

  var testDescription: String { expected }
}

private let one = "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}"

@Suite("Safetensors files that are refused")
struct SafetensorsRefusalTests {
  static let refusals = [
    Refusal(bytes: [1, 2, 3], 3, "the length of the header in 8 bytes"),
    Refusal(
      bytes: [255, 255, 255, 255, 255, 255, 255, 255], 0,
      "a header of 2...2 bytes, not of 18446744073709551615"),
    Refusal(bytes: [9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d], 0, "a header of 2...2 bytes, not of 9"),
    Refusal(bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d], 0, "a header of 2...2 bytes, not of 0"),
    Refusal("[]", 8, "the header to begin with '{'"),
    Refusal(" {}", 8, "the header to begin with '{'"),
    Refusal("{}x", 10, "nothing but blanks behind the closing brace"),
    Refusal("{,}", 9, "a text in quotation marks"),
    Refusal("{\"a\" 1}", 13, "':' behind a name"),
    Refusal("{\(one),}", data: [0], 9 + one.utf8.count + 1, "a text in quotation marks"),
    Refusal("{\(one),\(one)}", data: [0], 10 + one.utf8.count, "each name once, not 'a' again"),
    Refusal("{\"a\":1}", 13, "'{'"),
    Refusal("{\"a\":{}}", 13, "dtype, shape and data_offsets of 'a'"),
    Refusal(
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}", data: [0], 64,
      "dtype, shape and data_offsets of 'a', not 'x'"),
    Refusal(
      "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 27, "each name once, not 'dtype' again"),
    Refusal(
      "{\"a\":{\"dtype\":\"F8_E4M3\"}}", 22,
      "one of the types F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, not"
        + " 'F8_E4M3'"),
    Refusal("{\"a\":{\"shape\":[-1]}}", 23, "a whole number, not negative"),
    Refusal("{\"a\":{\"shape\":[1.0]}}", 23, "a whole number, not negative"),
    Refusal("{\"a\":{\"shape\":[01]}}", 23, "a number without zeros before it"),
    Refusal("{\"a\":{\"shape\":[9223372036854775808]}}", 23, "a whole number, not negative"),
    Refusal("{\"a\":{\"shape\":[[1]]}}", 23, "a digit"),
    Refusal("{\"a\":{\"shape\":[1}}", 24, "',' or ']'"),
    Refusal(
      "{\"a\":{\"shape\":[\((0...64).map { _ in "1" }.joined(separator: ","))]}}", 22,
      "at most 64 dimensions"),
    Refusal("{\"a\":{\"data_offsets\":[1,0]}}", 29, "where the array begins and ends: two numbers"),
    Refusal("{\"a\":{\"data_offsets\":[1]}}", 29, "where the array begins and ends: two numbers"),
    Refusal(
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", data: [0, 0, 0, 0], 13,
      "as many bytes of 'a' as F32 of shape [2] needs, not 4"),
    Refusal(
      "{\"a\":{\"dtype\":\"F64\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 13,
      "as many bytes of 'a' as F64 of shape [4294967296, 4294967296] needs, not 0"),
    Refusal(
      "{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}}", 13,
      "as many bytes of 'a' as F64 of shape [2305843009213693952] needs, not 0"),
    Refusal(
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", data: [0, 0], 13,
      "'a' to begin at byte 0 of the data, where the array before it ends, not at 1"),
    Refusal(
      "{\(one),\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", data: [0],
      14 + one.utf8.count,
      "'b' to begin at byte 1 of the data, where the array before it ends, not at 0"),
    Refusal("{\(one)}", data: [0, 0], 8 + 2 + one.utf8.count + 1, "1 bytes of data, not 2"),
    Refusal("{\(one)}", data: [], 8 + 2 + one.utf8.count, "1 bytes of data, not 0"),
    Refusal("{\"__metadata__\":{\"a\":1}}", 29, "a text in quotation marks"),
    Refusal("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 32, "each name once, not 'a' again"),
    Refusal("{\"\\x\":1}", 10, "an escape that JSON knows"),
    Refusal("{\"\\ud800\":1}", 10, "a whole surrogate pair"),
    Refusal("{\"\\ud800\\u0041\":1}", 10, "a whole surrogate pair"),
    Refusal("{\"\\u00g0\":1}", 14, "a hexadecimal digit"),
    Refusal("{\"\n\":1}", 10, "an escape for the control character 10"),
    Refusal("{\"a", 11, "a quotation mark at the end of the text"),
    Refusal(
      bytes: [5, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22, 0x7d], 9, "a text in UTF-8"),
  ]

  @Test("Each is refused at its place", arguments: refusals)
  func refuses(_ refusal: Refusal) {
    #expect(
      throws: SafetensorsError.malformed(
        path: "f", offset: refusal.offset, expected: refusal.expected)
    ) { try Safetensors(bytes: refusal.bytes, path: "f") }
  }

  @Test("What the format allows is read: escapes, blanks, empty files, any order")
  func allows() throws {
    let text =
      "{ \"\\u0041\\ud83c\\udf33\\n\" :\n{\"data_offsets\":[ 1 , 3 ],\t\"shape\":[ ],\"dtype\":\"I16\"},"
      + "\"__metadata__\":{},\"b\":{\"dtype\":\"BOOL\",\"shape\":[0,9223372036854775807],"
      + "\"data_offsets\":[1,1]},\(one)} \n "
    let read = try Safetensors(bytes: file(text, data: [7, 1, 2]), path: "f")
    #expect(read.arrays.map(\.name) == ["a", "b", "A🌳\n"])
    #expect(read["A🌳\n"]?.elements(as: Int16.self) == [513])
    #expect(try Safetensors(bytes: file("{}"), path: "f").arrays.isEmpty)
  }

  @Test("A file cut short at any byte is refused")
  func truncated() throws {
    var whole = Safetensors(metadata: ["k": "v"])
    whole.append(.init("a", [1, 2, 3] as [Int32]))
    whole.append(.init("b", [1, 2] as [UInt8]))
    let bytes = whole.bytes
    for count in bytes.indices {
      #expect(throws: SafetensorsError.self) {
        try Safetensors(bytes: Array(bytes[..<count]), path: "f")
      }
    }
  }
}
