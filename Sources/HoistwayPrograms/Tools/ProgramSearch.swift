import Glibc

/// Folders where programs are searched.
package struct ProgramSearch: Sendable {
    package let folders: [String]

    package static let standard = ProgramSearch(
        folders: ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    )

    init(folders: [String]) { self.folders = folders }

    /// The absolute path without symlinks.
    func find(_ name: String) -> String? {
        folders.lazy.compactMap { Self.executable("\($0)/\(name)") }.first
    }

    /// The path without symlinks, where it is an executable file.
    static func executable(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        var status = stat()
        guard lstat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(real, X_OK) == 0 else {
            return nil
        }
        return String(cString: real)
    }

    /// Values that change when a program is replaced.
    struct FileState: Equatable {
        var device: UInt
        var inode: UInt
        var bytes: Int
        var seconds: Int
        var nanoseconds: Int
    }

    static func state(of path: String) -> FileState? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileState(
            device: status.st_dev,
            inode: status.st_ino,
            bytes: Int(status.st_size),
            seconds: Int(status.st_mtim.tv_sec),
            nanoseconds: Int(status.st_mtim.tv_nsec)
        )
    }
}
