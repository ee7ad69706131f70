import Glibc

/// Reads from disk, with limits; paths are relative to the configuration file's folder.
struct Files {
    enum Failure: Error, Equatable {
        case missing
        case notAFile
        case tooLarge(limit: Int)
        case unreadable(String)

        var message: String {
            switch self {
            case .missing: "does not exist"
            case .notAFile: "is not a file"
            case .tooLarge(let limit): "is larger than \(limit) bytes"
            case .unreadable(let why): "cannot be read: \(why)"
            }
        }
    }

    /// The folder of relative paths, complete, without a slash at the end (except for the root).
    let folder: String

    init(besides file: String) {
        let complete = Self.complete(file)
        let slash = complete.lastIndex(of: "/") ?? complete.startIndex
        folder = slash == complete.startIndex ? "/" : String(complete[..<slash])
    }

    /// The complete path of a file name; `./` and `a/..` are removed.
    func resolve(_ path: String) -> String {
        Self.tidy(path.hasPrefix("/") ? path : "\(folder)/\(path)")
    }

    /// The path for display: relative to the working folder if it is below it.
    static func display(_ path: String) -> String {
        let here = workingFolder()
        guard here != "/", path.hasPrefix(here + "/") else { return path }
        return String(path.dropFirst(here.count + 1))
    }

    /// Reads a whole file, at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        // One byte more than the reported size, to see the end; some files report no size, and some grow meanwhile.
        var room = max(Int(status.st_size), 4095) + 1
        var bytes: [UInt8] = []
        var filled = 0
        while filled <= limit {
            if filled == bytes.count {
                bytes += [UInt8](repeating: 0, count: min(room, limit + 1 - filled))
                room = bytes.count
            }
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(
                    descriptor,
                    UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).baseAddress,
                    buffer.count - filled
                )
            }
            guard count >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
            if count == 0 { break }
            filled += count
        }
        guard filled <= limit else { throw .tooLarge(limit: limit) }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Files that a pattern (`*`, `?`, `[…]`) names, sorted.
    func matching(_ pattern: String) -> [String] {
        let prefix = pattern.hasPrefix("/") ? "" : Self.escaped(folder) + "/"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(prefix + pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            found.gl_pathv[index].map { Self.tidy(String(cString: $0)) }
        }
    }

    private static func complete(_ path: String) -> String {
        tidy(path.hasPrefix("/") ? path : "\(workingFolder())/\(path)")
    }

    private static func workingFolder() -> String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    private static func tidy(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func escaped(_ path: String) -> String {
        var text = ""
        for character in path {
            if "*?[]\\".contains(character) { text.append("\\") }
            text.append(character)
        }
        return text
    }
}
