import Foundation

/// The two streams of the program, and what they can show.
enum Terminal {
  /// Writes a result to standard output.
  ///
  /// A reader that has seen enough and went away is no error.
  static func show(_ text: String) throws {
    if let run = EmbeddedRun.current { return run.print(text) }
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch let error where isBrokenPipe(error) {
      return
    } catch {
      throw ToolError(.cannotWrite, "standard output cannot be written: \(reason(of: error))")
    }
  }

  /// Writes a message to standard error.
  static func tell(_ text: String) {
    if EmbeddedRun.current != nil { return }
    // There is nobody left to tell if this fails.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Writes the one line of an error.
  static func complain(_ message: String) {
    tell("espalier: " + printable(message) + "\n")
  }

  /// Whether lines on standard error can be rewritten in place.
  static var canRewrite: Bool {
    isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"
  }

  /// The width of the terminal, 80 where there is none.
  static var width: Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Text that is set off on a terminal with colours, and plain elsewhere.
  static func strong(_ text: String) -> String {
    let isPlain =
      isatty(STDOUT_FILENO) != 1 || !(environment("NO_COLOR") ?? "").isEmpty
      || environment("TERM") == "dumb"
    return isPlain ? text : "\u{1B}[1m\(text)\u{1B}[0m"
  }

  /// Text without control characters, which could move the cursor or end the line.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  /// What the system says about an error of a file.
  static func reason(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let code = [underlying, error as NSError].compactMap(\.self)
      .first { $0.domain == NSPOSIXErrorDomain }?.code
    return code.map { String(cString: strerror(Int32($0))) } ?? reason(ofFoundation: error)
  }

  /// What Foundation means where it hides the system's own error.
  private static func reason(ofFoundation error: any Error) -> String {
    let number: Int32? =
      switch (error as? CocoaError)?.code {
      case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
      case .fileWriteNoPermission, .fileReadNoPermission: EACCES
      case .fileWriteFileExists: EEXIST
      case .fileWriteOutOfSpace: ENOSPC
      case .fileWriteVolumeReadOnly: EROFS
      default: nil
      }
    return number.map { String(cString: strerror($0)) } ?? "the system refused it"
  }

  private static func isBrokenPipe(_ error: any Error) -> Bool {
    reason(of: error) == String(cString: strerror(EPIPE))
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
