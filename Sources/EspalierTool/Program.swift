import ArgumentParser
import Espalier
import Foundation

/// The start and the end of the program: what was typed comes in, an exit code goes out.
@main
enum Program {
  static func main() {
    signal(SIGPIPE, SIG_IGN)  // `espalier ... | head` is no accident
    do {
      let verbs = EspalierCommand.configuration.subcommands.map { $0._commandName } + ["help"]
      let arguments = try TypedArguments.ready(
        Array(CommandLine.arguments.dropFirst()), verbs: verbs)
      var command = try EspalierCommand.parseAsRoot(arguments)
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Says on one line what went wrong, or shows the help that was asked for, and ends.
  private static func end(with error: any Error) -> Never {
    if let failure = ToolError(error) {
      Terminal.complain(failure.message)
      exit(failure.status.rawValue)
    }
    if let code = error as? ExitCode { exit(code.rawValue) }
    let code = EspalierCommand.exitCode(for: error)
    if code.isSuccess {
      let text = EspalierCommand.fullMessage(for: error)
      try? Terminal.show(text.isEmpty || text.hasSuffix("\n") ? text : text + "\n")
      exit(ExitStatus.done.rawValue)
    }
    if code == .validationFailure {
      Terminal.complain(oneLine(EspalierCommand.message(for: error)))
      exit(ExitStatus.usage.rawValue)
    }
    Terminal.complain("unexpected: \(error); please report this")
    exit(ExitStatus.ownFault.rawValue)
  }

  /// The parser's message without its line breaks, in the manner of all other errors.
  private static func oneLine(_ message: String) -> String {
    let words = message.split { $0.isWhitespace }.joined(separator: " ")
    let text = words.hasPrefix("Error: ") ? String(words.dropFirst(7)) : words
    let body = text.hasSuffix(".") ? text.dropLast() : text[...]
    let start = body.prefix(1).lowercased() + body.dropFirst()
    let isNegative = start.contains("is invalid for") && start.contains("value '-")
    return start.replacing(". Did you mean", with: "; did you mean")
      .replacing(". Please provide", with: "; please provide")
      + (isNegative ? "; it must be 0 or more" : "")
  }
}
