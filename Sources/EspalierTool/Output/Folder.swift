import Foundation

/// Folders, made with the system's own words where that fails.
enum Folder {
  /// Makes a folder and those above it, as far as they are not there.
  ///
  /// - Parameter path: The folder.
  /// - Returns: What the system has against it, or nil if the folder is there.
  static func make(_ path: String) -> String? {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      guard mkdir(made, 0o777) == 0 || errno == EEXIST else {
        return String(cString: strerror(errno))
      }
    }
    var status = stat()
    let isFolder = stat(made, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isFolder ? nil : String(cString: strerror(ENOTDIR))
  }
}
