import ArgumentParser
import Espalier
import Foundation

/// The start and the end of the program: what was typed comes in, an exit code goes out.
@main
enum Program {
  static func main() {
    signal(SIGPIPE, SIG_IGN)  // `espalier ... | head` is no accident
    signal(SIGXFSZ, SIG_IGN)  // a limit of the size of files is an error of writing like any other
    DecodingProcess.runIfAsked(CommandLine.arguments)
    do {
      let verbs =
        EspalierCommand.configuration.subcommands.map { verb in
          TypedArguments.Verb(
            verb._commandName,
            behind: verb.configuration.subcommands.map {
              .init($0._commandName, isHidden: !$0.configuration.shouldDisplay)
            })
        } + [.init("help")]
      let arguments = try TypedArguments.ready(
        Array(CommandLine.arguments.dropFirst()), verbs: verbs)
      var command = try EspalierCommand.parseAsRoot(arguments)
      if let command = command as? any NeedsData, command.data.data.isEmpty {
        throw ToolError.usage("missing expected argument '<data> ...'")
      }
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
      Terminal.complain(ParserMessage.oneLine(EspalierCommand.message(for: error)))
      exit(ExitStatus.usage.rawValue)
    }
    Terminal.complain("unexpected: \(error); please report this")
    exit(ExitStatus.ownFault.rawValue)
  }
}
