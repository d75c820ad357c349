import CPNG
import CTurboJPEG

/// Reads PNG by libpng and JPEG by libjpeg-turbo, both from memory.
///
/// What comes out has 8 bits in each channel: palettes are looked up, 16 bits rounded to 8, and
/// half-transparent pixels are laid over black. A PNG that states another gamma than sRGB's is
/// brought to sRGB.
enum ImageDecoder {
  /// What the header of an image says.
  struct Header: Sendable, Equatable {
    let height: Int
    let width: Int
    let isColour: Bool
  }

  /// Why an image cannot be read.
  struct Mistake: Error {
    let text: String
    /// What to do with an image that is sound, but of a kind that is not read.
    var remedy: String?

    /// The error of a file.
    func error(path: String) -> DatasetError {
      remedy.map { .foreignFormat(path: path, what: text, remedy: $0) }
        ?? .corrupt(path: path, reason: text)
    }
  }

  /// Whether bytes begin like an image.
  static func isImage(_ bytes: [UInt8]) -> Bool { isPNG(bytes) || isJPEG(bytes) }

  private static func isPNG(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  }

  private static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xff, 0xd8, 0xff]) }

  /// Reads the header only.
  static func header(_ bytes: [UInt8]) throws(Mistake) -> Header {
    try isPNG(bytes) ? PNGImage(bytes).header : JPEGImage(bytes).header
  }

  /// Reads an image.
  static func image(_ bytes: [UInt8]) throws(Mistake) -> RasterImage {
    if isPNG(bytes) {
      let image = try PNGImage(bytes)
      return try image.pixels()
    }
    let image = try JPEGImage(bytes)
    return try image.pixels(bytes)
  }

  /// Refuses what promises more pixels than its bytes can hold, before memory is taken.
  fileprivate static func check(
    _ header: Header, byteCount: Int
  ) throws(Mistake) {
    let (area, overflow) = header.height.multipliedReportingOverflow(by: header.width)
    // Neither deflate nor the codes of JPEG pack more than 1032 bytes into one.
    guard !overflow, header.height > 0, header.width > 0, area < 1 << 28,
      area / 1032 <= byteCount
    else {
      throw Mistake(
        text: "\(header.height) x \(header.width) pixels promised by \(byteCount) bytes")
    }
  }
}

/// A PNG image whose header was read.
private struct PNGImage: ~Copyable {
  private let image: UnsafeMutablePointer<png_image>
  private let copy: UnsafeMutableRawBufferPointer
  let header: ImageDecoder.Header

  init(_ bytes: [UInt8]) throws(ImageDecoder.Mistake) {
    // libpng reads the bytes later on as well.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    copy.copyBytes(from: bytes)
    let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
    image.initialize(to: png_image())
    image.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
    let isRead = png_image_begin_read_from_memory(image, copy.baseAddress, copy.count) != 0
    let header = ImageDecoder.Header(
      height: Int(image.pointee.height), width: Int(image.pointee.width),
      isColour: image.pointee.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0)
    let message = Self.message(image)
    self.image = image
    self.copy = copy
    self.header = header
    if !isRead { throw ImageDecoder.Mistake(text: message) }
    try ImageDecoder.check(header, byteCount: bytes.count)
  }

  deinit {
    png_image_free(image)
    image.deallocate()
    copy.deallocate()
  }

  private static func message(_ image: UnsafeMutablePointer<png_image>) -> String {
    withUnsafeBytes(of: &image.pointee.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  borrowing func pixels() throws(ImageDecoder.Mistake) -> RasterImage {
    let channels = header.isColour ? 3 : 1
    let hasAlpha = image.pointee.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    image.pointee.format =
      (header.isColour ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0)
      | (hasAlpha ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
    image.pointee.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    let stride = header.width * (channels + (hasAlpha ? 1 : 0))
    var pixels = [UInt8](repeating: 0, count: stride * header.height)
    let isRead = pixels.withUnsafeMutableBytes {
      png_image_finish_read(image, nil, $0.baseAddress, Int32(stride), nil) != 0
    }
    // A warning means that something of the image is damaged.
    guard isRead, image.pointee.warning_or_error & 2 == 0 else {
      throw ImageDecoder.Mistake(text: Self.message(image))
    }
    if hasAlpha { pixels = Self.overBlack(pixels, channels: channels) }
    return RasterImage(
      height: header.height, width: header.width, channelCount: channels, pixels: pixels)
  }

  private static func overBlack(_ pixels: [UInt8], channels: Int) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(pixels.count / (channels + 1) * channels)
    for start in stride(from: 0, to: pixels.count, by: channels + 1) {
      let alpha = Int(pixels[start + channels])
      for channel in 0..<channels {
        output.append(UInt8((Int(pixels[start + channel]) * alpha + 127) / 255))
      }
    }
    return output
  }
}

/// A JPEG image whose header was read.
private struct JPEGImage: ~Copyable {
  private let handle: tjhandle?
  let header: ImageDecoder.Header

  init(_ bytes: [UInt8]) throws(ImageDecoder.Mistake) {
    let handle = tjInitDecompress()
    var (width, height, sampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let status = tjDecompressHeader3(
      handle, bytes, UInt(bytes.count), &width, &height, &sampling, &space)
    self.handle = handle
    header = ImageDecoder.Header(
      height: Int(height), width: Int(width), isColour: space != Int32(TJCS_GRAY.rawValue))
    if status != 0 { throw ImageDecoder.Mistake(text: Self.message(handle)) }
    if space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue) {
      throw ImageDecoder.Mistake(
        text: "an image in the colours of printing (CMYK)", remedy: "convert it to RGB")
    }
    try ImageDecoder.check(header, byteCount: bytes.count)
  }

  deinit {
    if let handle { tjDestroy(handle) }
  }

  private static func message(_ handle: tjhandle?) -> String {
    tjGetErrorStr2(handle).map { String(cString: $0) } ?? "not a sound JPEG image"
  }

  borrowing func pixels(_ bytes: [UInt8]) throws(ImageDecoder.Mistake) -> RasterImage {
    let channels = header.isColour ? 3 : 1
    var pixels = [UInt8](repeating: 0, count: header.width * header.height * channels)
    let format = header.isColour ? TJPF_RGB : TJPF_GRAY
    let status = tjDecompress2(
      handle, bytes, UInt(bytes.count), &pixels, Int32(header.width), 0, Int32(header.height),
      format.rawValue, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
    guard status == 0 else { throw ImageDecoder.Mistake(text: Self.message(handle)) }
    return RasterImage(
      height: header.height, width: header.width, channelCount: channels, pixels: pixels)
  }
}
