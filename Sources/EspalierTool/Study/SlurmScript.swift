/// The script of a job array of Slurm whose tasks share a study.
struct SlurmScript {
  /// What the job is called.
  var name: String
  /// The folder of the study, which gets the logs.
  var folder: String
  /// The command of each task.
  var arguments: [String]
  var taskCount: Int
  var time: String
  var memory: String
  /// Further options of sbatch.
  var options: [String]

  /// How many seconds before the end of its time a task is asked to stop.
  private static let notice = 60

  /// The text of the script.
  var text: String {
    let own = [
      "--job-name=\(name.map { $0.isLetter || $0.isNumber ? $0 : "-" }.map(String.init).joined())",
      "--array=0-\(taskCount - 1)", "--time=\(time)", "--mem=\(memory)", "--ntasks=1",
      "--cpus-per-task=1", "--requeue", "--open-mode=append",
      "--signal=B:TERM@\(Self.notice)", "--output=\(folder)/slurm/%A_%a.log",
    ]
    return """
      #!/bin/bash
      \((own + options).map { "#SBATCH \($0)" }.joined(separator: "\n"))

      # Slurm asks this shell to stop; it asks the study, which keeps its state and says 75.
      stopped=0
      trap 'stopped=1; kill -TERM "$child" 2>/dev/null' TERM
      \(arguments.map(Self.quoted).joined(separator: " ")) &
      child=$!
      wait "$child"
      code=$?
      # A trapped signal ends the first wait, not the study.
      if [ "$stopped" -eq 1 ]; then
        wait "$child"
        code=$?
      fi
      if [ "$code" -eq 75 ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      fi
      exit "$code"

      """
  }

  /// A word that the shell takes as it is.
  static func quoted(_ word: String) -> String {
    "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
