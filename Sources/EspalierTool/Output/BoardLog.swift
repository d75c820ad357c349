import Espalier
import Foundation

/// The numbers of a run's events as files that TensorBoard opens: `tensorboard/RUN/events...`.
///
/// They are made of the events as they are logged. A run that goes on logs anew what happened before,
/// into a new folder, so that no step is there twice. A step is the number of the event among those
/// of its kind.
struct BoardLog {
  static let folderName = "tensorboard"
  /// The files' name: TensorBoard looks for `tfevents`.
  static let fileName = "events.out.tfevents.espalier"

  /// The events that have numbers worth a curve.
  private static let kinds = ["rotation", "epoch", "iteration", "candidate"]
  /// The members that say which event it is, rather than what was reached.
  private static let places: Set = [
    "seed", "phase", "rotation", "epoch", "round", "step", "iteration",
  ]

  /// Where the folder of the files lies.
  private var path: String
  private var files: [String: FileHandle] = [:]
  private var counts: [String: Int] = [:]

  /// - Parameter path: The folder of the run.
  init(in path: String) { self.path = path }

  /// Goes on in another place, where the folder was moved.
  mutating func goOn(in path: String) { self.path = path }

  /// Takes over events.
  ///
  /// - Parameters:
  ///   - text: The events, a line each.
  ///   - unit: In which unit of work.
  mutating func append(_ text: String, in unit: WorkUnit) {
    for line in text.split(separator: "\n") {
      guard
        let event = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any],
        let kind = event["event"] as? String, Self.kinds.contains(kind)
      else { continue }
      append(event, kind: kind, run: Self.run(of: event, in: unit))
    }
  }

  private mutating func append(_ event: [String: Any], kind: String, run: String) {
    let group = event["phase"] as? String ?? kind
    let scalars = event.keys.sorted().flatMap { key -> [BoardEvent.Scalar] in
      if Self.places.contains(key) { return [] }
      let name = "\(group)/\(key)"
      if let numbers = event[key] as? [NSNumber] {
        return numbers.enumerated().map { .init(name: "\(name)/\($0)", value: $1.floatValue) }
      }
      return (event[key] as? NSNumber).map { [.init(name: name, value: $0.floatValue)] } ?? []
    }
    guard !scalars.isEmpty, let file = file(of: run) else { return }
    let step = counts["\(run)/\(group)", default: 0]
    counts["\(run)/\(group)"] = step + 1
    // A full disk is noticed when the result is written.
    try? file.write(
      contentsOf: Data(
        BoardEvent(time: Date().timeIntervalSince1970, step: step, scalars: scalars).bytes))
  }

  /// The file of a run, begun if it is not there yet.
  private mutating func file(of run: String) -> FileHandle? {
    if let file = files[run] { return file }
    let folder = "\(path)/\(Self.folderName)/\(run)"
    guard Folder.make(folder) == nil else { return nil }
    let name = "\(folder)/\(Self.fileName)"
    let beginning = BoardEvent.beginning(time: Date().timeIntervalSince1970)
    guard FileManager.default.createFile(atPath: name, contents: Data(beginning)),
      let file = FileHandle(forWritingAtPath: name)
    else { return nil }
    _ = try? file.seekToEnd()
    files[run] = file
    return file
  }

  /// What TensorBoard calls the run of an event.
  private static func run(of event: [String: Any], in unit: WorkUnit) -> String {
    switch unit.phase {
    case .run: "seed-\((event["seed"] as? NSNumber).map { "\($0)" } ?? "\(unit.number)")"
    case .training: "training"
    default: "\(unit.phase)-\(unit.number >> 32)-\(unit.number & 0xffff_ffff)"
    }
  }
}
