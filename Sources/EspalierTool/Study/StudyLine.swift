import ArgumentParser
import Espalier
import Foundation
import Studies

/// The command line of a run of a study.
struct StudyLine {
  /// What would be typed behind the program's name.
  let arguments: [String]
  private let ownArguments: [String]
  private let entry: StudyVerbs.Entry
  private let run: StudyRun

  /// Writes the command line of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - verbs: The verbs.
  ///   - root: Where the plan's relative paths begin.
  ///   - folder: The folder of the study.
  init(_ run: StudyRun, _ verbs: StudyVerbs, root: String, folder: StudyFolder) {
    entry = verbs[run.verb]
    self.run = run
    var (options, places) = ([String](), [String]())
    func rooted(_ path: String) -> String {
      path.hasPrefix("/") ? path : "\(root)/\(path)"
    }
    if let former = run.former { places.append(folder.output(of: former)) }
    for option in entry.verb.options {
      guard let setting = run.settings.first(where: { $0.name == option.name }) else { continue }
      let values = option.isPath ? setting.values.map(rooted) : setting.values
      switch option.kind {
      case .argument: places += values
      case .flag:
        options += values.map { $0 == "true" ? "--\(option.name)" : "--no-\(option.name)" }
      case .option: options += values.map { "--\(option.name)=\($0)" }
      }
    }
    if let seed = run.seed, entry.verb.option("seed") != nil { options.append("--seed=\(seed)") }
    if entry.command.writesFolder {
      options += ["--output=\(folder.output(of: run.name))", "--quiet"]
    } else {
      options.append("--json")
    }
    let needsMark = places.contains { $0.hasPrefix("-") }
    ownArguments = options + (needsMark ? ["--"] : []) + places
    arguments = run.verb.split(separator: " ").map(String.init) + ownArguments
  }

  /// The command, ready to run.
  ///
  /// - Parameter resumes: Whether it goes on where it was interrupted.
  /// - Returns: The command.
  /// - Throws: ``PlanError``-like sentences as ``ToolError``.
  func command(resumes: Bool) throws(ToolError) -> any StudyCommand {
    let arguments = (resumes && entry.command.writesFolder ? ["--resume"] : []) + ownArguments
    do {
      let command = try entry.command.parse(arguments)
      if let command = command as? any NeedsData, command.data.data.isEmpty {
        throw ToolError.usage("no data: give the data set its file as data")
      }
      return command
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError(.usage, ParserMessage.oneLine(entry.command.message(for: error)))
    }
  }

  /// Refuses options that do not go together, as far as that can be told without the data.
  ///
  /// - Parameter path: The file of the plan.
  /// - Throws: ``PlanError`` at the option that the message names.
  func check(path: String) throws(PlanError) {
    do {
      try command(resumes: false).checkSettings()
    } catch {
      let message = ToolError(error)?.message ?? "\(error)"
      // The longest name: --test is a part of --test-rows.
      let named = run.settings.filter { message.contains("--\($0.name)") }
        .max { $0.name.utf8.count < $1.name.utf8.count }
      throw PlanError(path, (named ?? run.settings.last)?.place, "\(run.name): \(message)")
    }
  }

  /// Refuses files that are not there, with the nearest name.
  ///
  /// - Parameters:
  ///   - path: The file of the plan.
  ///   - root: Where the plan's relative paths begin.
  /// - Throws: ``PlanError`` at the option.
  func checkFiles(path: String, root: String) throws(PlanError) {
    for setting in run.settings {
      guard let option = entry.verb.option(setting.name), option.isPath else { continue }
      for value in setting.values {
        let file = value.hasPrefix("/") ? value : "\(root)/\(value)"
        if access(file, F_OK) == 0 { continue }
        let url = URL(fileURLWithPath: file)
        let folder = url.deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        let meant = nearest(to: url.lastPathComponent, among: names)
        throw PlanError(
          path, setting.place,
          "\(file): no such file" + (meant.map { "; did you mean '\($0)'?" } ?? "")
            + (value.hasPrefix("/") ? "" : "; relative paths begin at --data"))
      }
    }
  }
}
